import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { ocamba } from '../../src/main/providers/ocamba/index.ts'
import { sandboxAccount } from '../../src/main/sandbox/ocamba/account.ts'
import { createOcambaSimulator } from '../../src/main/sandbox/ocamba/simulator.ts'

const hood = '/v1/hood/integrations'
const settings = { account_sid: 'AC1', auth_token: 'canary-token', default_phone_number: '+14155550101' }
const body = { name: 'Alerts', provider_id: '1000', settings: { ...settings, foreign: 'x' }, status: 'active' }

type Asked = { status: number; headers: Record<string, string>; value: Record<string, unknown> }

/** The simulator without a socket. */
function open(stateFile?: string, clock = systemClock) {
  const simulator = createOcambaSimulator({ stateFile, clock })
  onTestFinished(() => simulator.close())
  async function ask(line: string, given?: unknown, key = sandboxAccount.apiKey): Promise<Asked> {
    const [method = '', target = ''] = line.split(' ')
    const [path = '', query = ''] = target.split('?')
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const request = { method, path, query: new URLSearchParams(query), headers, body: bytes(given) }
    const answer = await simulator.handle(request)
    if (answer.kind !== 'reply') throw new Error(answer.kind)
    const { status, headers: sent = {}, body: text } = answer.reply
    return { status, headers: sent, value: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {} }
  }
  return { ask }
}

function bytes(value: unknown): Buffer {
  return Buffer.from(value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value))
}

test('create, read, patch and delete, with foreign settings dropped and times in GMT', async () => {
  const { ask } = open()
  const made = await ask(`POST ${hood}`, body)
  expect(made).toMatchObject({ status: 201, value: { settings, effective_status: 'inactive', is_default: false } })
  const one = `${hood}/${String(made.value['id'])}`
  expect((await ask(`PATCH ${one}`, { settings: { account_sid: 'AC2' } })).status).toBe(204)
  const read = await ask(`GET ${one}`)
  expect(read.value).toMatchObject({ settings: { ...settings, account_sid: 'AC2' }, type: 'sms' })
  expect(read.value['update_time']).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  expect([await ask(`DELETE ${one}`), await ask(`DELETE ${one}`)].map(each => each.status)).toEqual([204, 404])
})

test.each<[string, unknown, number]>([
  [`POST ${hood}`, { ...body, name: '' }, 400],
  [`POST ${hood}`, { ...body, name: 'x'.repeat(101) }, 400],
  [`POST ${hood}`, { ...body, provider_id: 1000 }, 400],
  [`POST ${hood}`, { ...body, settings: { account_sid: 'AC1' } }, 400],
  [`POST ${hood}`, { ...body, settings: { ...settings, account_sid: 5 } }, 400],
  [`POST ${hood}`, { ...body, status: 'on' }, 400],
  [`POST ${hood}`, { ...body, more: 1 }, 400],
  [`POST ${hood}`, '{"name":', 400],
  [`PATCH ${hood}/1161`, {}, 400],
  [`PATCH ${hood}/1161`, { provider_id: '1001' }, 400],
  [`PATCH ${hood}/9`, { name: 'x' }, 404],
  [`PUT ${hood}/1161`, body, 404],
  [`GET ${hood}?page=0`, undefined, 400],
  [`GET ${hood}?color=red`, undefined, 400],
  ['POST /v1/hood/test-notification', { integration: body }, 400]
])('%s %j is answered with %i', async (line, given, status) => {
  expect((await open().ask(line, given)).status).toBe(status)
})

test('pages, filters, and a total that may be a string', async () => {
  const { ask } = open()
  const page = await ask(`GET ${hood}?page=2,2`)
  expect(page.value).toMatchObject({ total: 3, items: [{ name: 'Pigeon post' }] })
  expect((await ask(`GET ${hood}?type=email&q=NEWS`)).value).toMatchObject({
    total: 1,
    items: [{ name: 'Newsletter' }]
  })
  await ask('PUT /__sandbox/switches', { total: 'string', pageSize: 1 })
  expect((await ask(`GET ${hood}?page=1,50`)).value).toMatchObject({ total: '3', items: [{ id: '1161' }] })
})

test('only the key opens it; it can be expired and restored', async () => {
  const { ask } = open()
  const validate = 'POST /v2/ocamba/personal-api-keys/validate'
  expect((await ask(validate)).status).toBe(204)
  expect(await ask(validate, undefined, 'other')).toMatchObject({
    status: 401,
    value: { code: 401, title: 'Unauthorized.', message: 'Unauthorized.', trace_id: '{}' }
  })
  await ask('POST /__sandbox/tokens/expire')
  expect((await ask(validate)).status).toBe(401)
  await ask('POST /__sandbox/tokens/restore')
  expect((await ask(validate)).status).toBe(204)
})

test('with pacing the eleventh request in a second is refused, and the 151st in a minute', async () => {
  let nowMs = Date.UTC(2026, 0, 1)
  const { ask } = open(undefined, { ...systemClock, now: () => nowMs })
  await ask('PUT /__sandbox/switches', { paced: true })
  const statuses: number[] = []
  for (let at = 0; at < 11; at += 1) statuses.push((await ask(`GET ${hood}`)).status)
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429])
  for (let at = 0; at < 140; at += 1) {
    nowMs += 200
    await ask(`GET ${hood}`)
  }
  const refused = await ask(`GET ${hood}`)
  expect(refused).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1' },
    value: { title: 'Too many requests.' }
  })
})

test('a secret is in no file and no control answer, is echoed as long as it runs, and masked by a switch', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-ocamba-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'state.json')
  const { ask } = open(file)
  const { value } = await ask(`POST ${hood}`, body)
  const one = `GET ${hood}/${String(value['id'])}`
  expect((await ask(one)).value).toMatchObject({ settings: { auth_token: 'canary-token' } })
  expect(JSON.stringify(await ask('GET /__sandbox/state'))).not.toContain('canary')
  expect(readFileSync(file, 'utf8')).not.toContain('canary')
  await ask('PUT /__sandbox/switches', { secrets: 'mask' })
  expect((await ask(one)).value).toMatchObject({ settings: { auth_token: '********en' } })
  const again = open(file)
  expect((await again.ask(one)).value).toMatchObject({ settings: { auth_token: '********' } })
})

test('a test message makes the effective status follow the status', async () => {
  const { ask } = open()
  const { value } = await ask(`POST ${hood}`, body)
  const test = await ask('POST /v1/hood/test-notification', { integration: { ...body, settings }, recipient: '+1' })
  expect(test.status).toBe(204)
  expect((await ask(`GET ${hood}/${String(value['id'])}`)).value['effective_status']).toBe('active')
})

test('Twilio’s callbacks are signed as the client checks them, and go wrong on demand', async () => {
  const { ask } = open()
  const caught: { headers: IncomingMessage['headers']; url: string; text: string }[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      caught.push({ headers: request.headers, url: request.url ?? '', text: Buffer.concat(chunks).toString() })
      response.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => new Promise(resolve => server.close(() => resolve())))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `${origin}/in/key?a=1`

  async function verdictOf(event: Record<string, unknown>) {
    const { value } = await ask('POST /__sandbox/events', { url, ...event })
    expect(value).toMatchObject({ deliveries: [{ status: 200 }] })
    const { headers, url: target, text } = caught.pop() ?? { headers: {}, url: '', text: '' }
    const pairs = Object.entries(headers).map(([name, each]): [string, string] => [name, String(each)])
    const captured = { method: 'POST', target, headers: pairs, body: Buffer.from(text), receivedMs: 0 }
    const secrets = { 'settings.pro-1.auth_token': sandboxAccount.twilioToken }
    const { verdict } = ocamba.callbacks.verify(captured, { url: origin + target, secrets })
    return `${ocamba.callbacks.decode(captured)?.event}: ${verdict}`
  }

  expect(await verdictOf({ body: 'Hëllo & 1+1' })).toBe('inbound-sms: valid')
  expect(await verdictOf({ event: 'delivered' })).toBe('status-delivered: valid')
  expect(await verdictOf({ event: 'undelivered' })).toBe('status-undelivered: valid')
  expect(await verdictOf({ event: 'json' })).toBe('inbound-sms: valid')
  expect(await verdictOf({ signature: 'none' })).toBe('inbound-sms: missing')
  for (const wrong of [
    { signature: 'other-key' },
    { signature: 'flipped' },
    { extra: 'x' },
    { signedUrl: `${url}&b=2` }
  ]) {
    expect(await verdictOf(wrong)).toBe('inbound-sms: invalid')
    expect(await verdictOf({ ...wrong, event: 'json' })).toBe('inbound-sms: invalid')
  }
})
