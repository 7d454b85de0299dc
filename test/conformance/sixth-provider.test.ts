import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { childEnvironment } from '../../src/main/base/child-environment.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'

/**
 * `src/main/providers/README.md` says that a provider is five files and its place in the registry. Here an invented one is
 * added to a copy of the source in just that way, and has to work there with nothing else touched.
 */
const root = join(import.meta.dirname, '../..')
const templates = join(root, 'test/fixtures/sixth-provider')
const fiveFiles = ['index.ts', 'wire.ts', 'map.ts', 'api.ts', 'callbacks.ts']
const apiKey = 'canary-pigeon-key'
const registeredIds = createRegistry()
  .list()
  .map(one => one.card.id)
const run = promisify(execFile)

type Loft = { loft_id: string; loft_name: string; notify_url: string }

let folder: string
let written: string[] = []
let server: Server
const requests: { line: string; body: string }[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugboard-sixth-'))
  for (const part of ['src/main', 'src/shared', 'package.json', 'tsconfig.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true })
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  written = await addProvider(join(folder, 'src/main/providers'))
  await cp(join(templates, 'proof.ts.txt'), join(folder, 'proof.ts'))
  server = createLoftServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  await new Promise<void>(resolve => (server ? server.close(() => resolve()) : resolve()))
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** The steps of the README. out: the names of the files that had to be written. */
async function addProvider(providers: string): Promise<string[]> {
  await mkdir(join(providers, 'pigeonpost'))
  for (const name of fiveFiles) await cp(join(templates, `${name}.txt`), join(providers, 'pigeonpost', name))
  const registry = join(providers, 'registry.ts')
  const lines = (await readFile(registry, 'utf8')).split('\n')
  const lastImport = lines.findLastIndex(line => line.startsWith('import '))
  const list = lines.findIndex(line => line.includes('providers: Provider[] = ['))
  expect([lastImport, list]).not.toContain(-1)
  lines[list] = lines[list]?.replace(/\](?=\))/, ', pigeonpost]') ?? ''
  lines.splice(lastImport + 1, 0, "import { pigeonpost } from './pigeonpost/index.ts'")
  await writeFile(registry, lines.join('\n'))
  return [...fiveFiles, 'registry.ts']
}

/** A small REST service with one static key. */
function createLoftServer(): Server {
  const lofts = new Map<string, Loft>()
  return createServer((request, response) => {
    void answer(lofts, request, response)
  })
}

async function answer(lofts: Map<string, Loft>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request)
  requests.push({ line: `${request.method} ${request.url}`, body })
  const { status, json } = answerTo(lofts, request, body)
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(json === undefined ? undefined : JSON.stringify(json))
}

function answerTo(
  lofts: Map<string, Loft>,
  { method, url = '', headers }: IncomingMessage,
  body: string
): { status: number; json?: unknown } {
  if (headers['x-api-key'] !== apiKey) {
    return { status: 401, json: { error: { reason: `no such key: ${String(headers['x-api-key'])}` } } }
  }
  const id = url.split('/')[3]
  if (id === undefined) {
    if (method === 'GET') return { status: 200, json: { lofts: [...lofts.values()] } }
    const made = { loft_id: 'loft 1', ...JSON.parse(body) } as Loft
    lofts.set(encodeURIComponent(made.loft_id), made)
    return { status: 201, json: made }
  }
  const found = lofts.get(id)
  if (!found) return { status: 404, json: { error: { reason: 'no such loft' } } }
  if (method === 'DELETE') return { status: lofts.delete(id) ? 204 : 500 }
  if (body.includes('taken')) return { status: 422, json: { error: { reason: 'is taken', member: 'notify_url' } } }
  if (method === 'PATCH') Object.assign(found, JSON.parse(body))
  return { status: 200, json: found }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

test('a sixth provider works with five files and its place in the registry', async () => {
  const { port } = server.address() as AddressInfo
  const args = ['proof.ts', `http://127.0.0.1:${port}`, apiKey]
  const { stdout } = await run(process.execPath, args, { cwd: folder, env: childEnvironment(), timeout: 15_000 })
  const loft = { kind: 'loft', remoteId: 'loft 1' }
  const notifyUrl = 'https://example.com/pigeons'
  expect(stdout).not.toContain('wrong-key')
  expect(JSON.parse(stdout)).toMatchObject({
    ids: [...registeredIds, 'pigeonpost'],
    credentialFields: [{ name: 'apiKey', label: 'API key', required: true, secret: true, writeOnly: true }],
    loftFields: [
      { name: 'name', label: 'Name', type: 'text', required: true, minLength: 1, maxLength: 40, secret: false },
      { name: 'notifyUrl', label: 'Notification address', type: 'url', required: true }
    ],
    isBadUrlTaken: false,
    said: 'Connected to Pigeonpost (0 lofts)',
    before: [],
    id: 'loft 1',
    created: { ...loft, settings: { name: 'Old tower', notifyUrl } },
    updated: [{ ...loft, settings: { name: 'New tower', notifyUrl } }],
    refused: { code: 'refused', field: 'notifyUrl' },
    isGone: true,
    rejected: { code: 'auth' },
    decoded: {
      event: 'landed',
      title: 'Pigeon DV-1 came in at Old tower',
      fields: [
        { name: 'pigeon_ring', label: 'Ring', value: 'DV-1' },
        { name: 'loft_name', label: 'Loft', value: 'Old tower' },
        { name: 'landed_at', label: 'Landed', value: '1970-01-01T00:00:00.000Z' },
        { name: 'weather', label: 'weather', value: 'rain' }
      ]
    }
  })
  expect(requests.filter(({ line }) => line.startsWith('P')).map(({ line, body }) => [line, JSON.parse(body)])).toEqual(
    [
      ['POST /v1/lofts', { loft_name: 'Old tower', notify_url: notifyUrl }],
      ['PATCH /v1/lofts/loft%201', { loft_name: 'New tower' }],
      ['PATCH /v1/lofts/loft%201', { notify_url: 'https://taken.example' }]
    ]
  )
})

test('its types hold without a change anywhere else', async () => {
  const config = { extends: './tsconfig.json', include: ['src/main/providers', 'proof.ts'] }
  await writeFile(join(folder, 'tsconfig.sixth.json'), JSON.stringify(config))
  const args = [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.sixth.json']
  const told = await run(process.execPath, args, { cwd: folder, env: childEnvironment(), timeout: 20_000 }).then(
    () => '',
    (error: { stdout?: string; message: string }) => error.stdout || error.message
  )
  expect(told).toBe('')
})

test('the seven steps name every file that had to be written', async () => {
  const page = await readFile(join(root, 'src/main/providers/README.md'), 'utf8')
  const steps = page.slice(page.indexOf('## A new one in seven steps'))
  expect(steps.match(/^\d+\. \*\*/gm)).toEqual([1, 2, 3, 4, 5, 6, 7].map(number => `${number}. **`))
  expect(written.filter(name => !steps.includes(`\`${name}\``))).toEqual([])
})
