import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp } from '../../src/main/base/http.ts'
import { textmarks } from '../../src/main/providers/textmarks/index.ts'

const credentials = { user: '4155550123', password: 'canary/pass+1', keyword: 'OWN', apiKey: 'canary_12345678' }
const kind = 'integration-config'

type Seen = { method: string; url: string; args: Record<string, string> }
type Said = { code?: number; message?: string; body?: unknown; text?: string; status?: number }

/** A server that says what the test says, by method and keyword. */
async function connect(say: (seen: Seen) => Said, given: Record<string, string> = credentials) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const args = Object.fromEntries(new URLSearchParams(body))
      const one = { method: request.method ?? '', url: request.url ?? '', args }
      seen.push(one)
      const { code = 0, message = 'Success', body: answer = {}, text, status = 200 } = say(one)
      response.writeHead(status, { connection: 'close' })
      response.end(text ?? JSON.stringify({ head: { rescode: code, resmsg: message }, body: answer }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = createHttp()
  onTestFinished(async () => {
    await client.close()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { seen, api: textmarks.connect({ baseUrl, credentials: given, http: client.send, clock: systemClock }) }
}

async function faultOf(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure
  )
  if (!(error instanceof Fault)) throw new Error('expected a fault', { cause: error })
  return error.report()
}

const isOwn = ({ args }: Seen) => args['tm'] === 'OWN'
const isStatus = ({ url }: Seen) => url === '/Anybody/keyword_status/'

test('reads and writes are a POST with a form; nothing stands in the URL', async () => {
  const { api, seen } = await connect(() => ({ body: { group_callback_url: 'NONE' } }))
  expect(await api.get(kind, 'joe')).toEqual({ kind, remoteId: 'JOE', settings: { keyword: 'JOE' } })
  await api.update(kind, 'JOE', { privateToken: 'secret & more' }, { keyword: 'JOE', privateToken: 'secret & more' })
  const signedIn = { auth_user: '4155550123', auth_pass: 'canary/pass+1', api_key: 'canary_12345678' }
  expect(seen).toEqual([
    { method: 'POST', url: '/TextMarkManager/integration_config/', args: { tm: 'JOE', ...signedIn } },
    {
      method: 'POST',
      url: '/TextMarkManager/set_integration_config/',
      args: { tm: 'JOE', private_token: 'secret & more', ...signedIn }
    }
  ])
})

test('an API key is sent only where there is one, and the credentials form does not ask for it', async () => {
  const parsed = textmarks.credentials.parse({ user: 'u', password: 'p', keyword: 'K' })
  const { api, seen } = await connect(() => ({}), parsed)
  await api.test()
  expect(Object.keys(seen[0]?.args ?? {})).toEqual(['tm', 'auth_user', 'auth_pass'])
})

test('nothing planned is no request', async () => {
  const { api, seen } = await connect(() => ({}))
  await api.update(kind, 'JOE', {}, { keyword: 'JOE' })
  expect(seen).toEqual([])
})

test.each([2011, 2901, 1, -5])('code %i on the credential test is reported as rejected, once', async code => {
  const { api, seen } = await connect(() => ({ code, message: 'No canary/pass+1 here' }))
  const report = await faultOf(api.test())
  expect(report.code).toBe('auth')
  expect(report.message).toContain(`code ${code}`)
  expect(report.message).not.toContain('canary')
  expect(seen).toHaveLength(1)
})

test('an unlisted code alone never means that a keyword is gone', async () => {
  const all = await connect(() => ({ code: 2011, message: 'Invalid TextMark' }))
  expect((await faultOf(all.api.get(kind, 'JOE'))).code).toBe('auth')
  const taken = await connect(one => (isOwn(one) ? {} : isStatus(one) ? { body: { available: 0 } } : { code: 2011 }))
  expect((await faultOf(taken.api.get(kind, 'JOE'))).code).toBe('forbidden')
  const silent = await connect(one => (isOwn(one) ? {} : { code: 2011 }))
  expect((await faultOf(silent.api.get(kind, 'JOE'))).code).toBe('forbidden')
  const broken = await connect(one => (isOwn(one) ? {} : isStatus(one) ? { body: {} } : { code: 2011 }))
  expect((await faultOf(broken.api.get(kind, 'JOE'))).code).toBe('protocol')
})

test('it is gone when the credentials are proven and nobody has it', async () => {
  const { api, seen } = await connect(one =>
    isOwn(one) ? {} : isStatus(one) ? { body: { available: 1, status: 'available' } } : { code: 2011 }
  )
  expect(await api.get(kind, 'JOE')).toBeUndefined()
  expect(seen.map(one => one.url)).toEqual([
    '/TextMarkManager/integration_config/',
    '/TextMarkManager/integration_config/',
    '/Anybody/keyword_status/'
  ])
})

test('the keyword that proves the credentials is never gone: it cannot be told apart', async () => {
  const { api } = await connect(one => (isStatus(one) ? { body: { available: 1 } } : { code: 2011 }))
  expect((await faultOf(api.get(kind, 'own'))).code).toBe('auth')
})

test('code 1503 asks to slow down: a read waits, a write says so and is sent once', async () => {
  let left = 1
  const reading = await connect(() => (left-- > 0 ? { code: 1503, message: 'throttled' } : {}))
  expect(await reading.api.get(kind, 'JOE')).toBeDefined()
  expect(reading.seen).toHaveLength(2)
  const writing = await connect(() => ({ code: 1503 }))
  expect((await faultOf(writing.api.update(kind, 'JOE', { groupCallbackUrl: null }, {}))).code).toBe('rate-limited')
  expect(writing.seen).toHaveLength(1)
})

test.each<[string, Said, string]>([
  ['a refusal', { code: 2999, message: 'Bad URL' }, 'refused'],
  ['no head', { text: '{"body":{}}' }, 'outcome-unknown'],
  ['no JSON', { text: '<html>hello</html>' }, 'outcome-unknown'],
  ['a code that is no number', { text: '{"head":{"rescode":"zero"}}' }, 'outcome-unknown'],
  ['a server error', { status: 502, text: 'oops' }, 'provider-error']
])('a write that is answered with %s is %s', async (_name, said, code) => {
  const { api, seen } = await connect(() => said)
  expect((await faultOf(api.update(kind, 'JOE', { groupCallbackUrl: null }, { keyword: 'JOE' }))).code).toBe(code)
  expect(seen).toHaveLength(1)
})

test('a body of unknown names is a form that is not known, and its secrets are not quoted', async () => {
  const { api } = await connect(() => ({ body: { private_tokens: 'canary', callback: 'https://a.example/canary' } }))
  const report = await faultOf(api.get(kind, 'JOE'))
  expect(report.code).toBe('protocol')
  expect(JSON.stringify(report)).not.toContain('canary')
})

test('there is no list, no create, no remove; a keyword is not renamed', async () => {
  const { api, seen } = await connect(() => ({}))
  for (const work of [api.list(kind), api.create(kind, { keyword: 'X' }), api.remove(kind, 'JOE')]) {
    expect((await faultOf(work)).code).toBe('unsupported')
  }
  expect(await faultOf(api.update(kind, 'JOE', {}, { keyword: 'SUE' }))).toMatchObject({
    code: 'unsupported',
    field: 'keyword'
  })
  expect(seen).toEqual([])
})

test('the numbers of a keyword can be looked at', async () => {
  const { api } = await connect(() => ({ body: { phones: '41411, *', sticky_duration: 60 } }))
  expect((await api.view?.('route', 'joe'))?.rows).toEqual([
    ['41411', '60'],
    ['every number', '60']
  ])
  expect((await faultOf(api.view?.('other', 'joe') ?? Promise.resolve())).code).toBe('not-found')
})
