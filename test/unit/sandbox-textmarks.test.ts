import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect as connectTo, type AddressInfo } from 'node:net'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { configAnswer } from '../../src/main/providers/textmarks/wire.ts'
import { sandboxAccount } from '../../src/main/sandbox/textmarks/account.ts'
import { startSimulatorProcess } from '../helpers/simulator.ts'
import { makeFolder } from './sandbox-process.ts'

type Envelope = { head: { rescode: number; resmsg: string }; body: Record<string, unknown> }
type Outcome = { reply: string | null; sms: string[]; deliveries: { event: string; url: string; error?: string }[] }

const signedIn = { auth_user: sandboxAccount.user, auth_pass: sandboxAccount.password }

async function start(args: string[] = []) {
  const { child, url } = await startSimulatorProcess(['--provider', 'textmarks', ...args])
  onTestFinished(() => child.stop())
  async function call(path: string, args: Record<string, string>, method = 'POST') {
    const form = new URLSearchParams(args).toString()
    const target = method === 'GET' ? `${url}${path}?&${form}` : `${url}${path}`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const response = await fetch(target, method === 'GET' ? {} : { method, headers, body: `&${form}` })
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
  }
  async function api(method: string, args: Record<string, string>, how = 'POST'): Promise<Envelope> {
    return JSON.parse((await call(`/TextMarkManager/${method}/`, { ...signedIn, ...args }, how)).text) as Envelope
  }
  async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/__sandbox/${path}`, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body)
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`${response.status} ${text}`)
    return JSON.parse(text) as T
  }
  return { url, call, api, control, child }
}

/** A server for callbacks. It keeps the targets, and answers with the text. */
async function startServer(text = '', status = 200) {
  const targets: string[] = []
  const server = createServer((request, response) => {
    targets.push(`${request.method} ${request.url}`)
    response.writeHead(status, { connection: 'close' }).end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { targets, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('GET and POST are the same, errors come with 200, and paths are exact', async () => {
  const { api, call, url } = await start()
  expect(await api('integration_config', { tm: 'plugdemo' }, 'GET')).toEqual({
    head: { rescode: 0, resmsg: 'Success' },
    body: {}
  })
  const wrong = await call('/TextMarkManager/integration_config/', { tm: 'X', auth_user: 'a', auth_pass: 'b' })
  expect(wrong.status).toBe(200)
  const codes = [
    await api('integration_config', { auth_pass: 'no', tm: 'PLUGDEMO' }),
    await api('integration_config', { api_key: 'no', tm: 'PLUGDEMO' }),
    await api('integration_config', {}),
    await api('Integration_config', { tm: 'PLUGDEMO' }),
    await api('integration_config', { tm: 'OTHERSHOP' }),
    await api('integration_config', { tm: 'NOBODY' }),
    await api('set_integration_config', { tm: 'PLUGDEMO', group_callback_url: '' })
  ].map(one => one.head.rescode)
  expect(codes).toEqual([2901, 2902, 2903, 2904, 2905, 2011, 2906])
  const [host, port] = url.slice(7).split(':')
  const socket = connectTo(Number(port), host)
  socket.write(
    `GET //TextMarkManager/request_handler/?tm=X HTTP/1.1\r\nHost: ${url.slice(7)}\r\nConnection: close\r\n\r\n`
  )
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  expect(chunk.toString()).toContain('2903')
  const wrapped = await call('/Test/echo/', { str: 'hi', jsonp: 'show' })
  expect(wrapped).toMatchObject({ type: 'application/javascript; charset=utf-8' })
  expect(wrapped.text).toMatch(/^show\(\{.*\}\);$/)
})

test('the phone texts, joins and stops; the configured addresses are called and their answer is the SMS', async () => {
  const { api, control } = await start()
  const server = await startServer(' It is &lt;5&gt; &amp; open ')
  const url = String.raw`${server.url}/sms?a=\a&p=\p&all=\0&two=\2&n=\n&u=\u&k=\k&odd=\t`
  await api('set_dynamic_request_handler', { tm: 'PLUGDEMO', url })
  await api('set_integration_config', { tm: 'PLUGDEMO', group_callback_url: String.raw`${server.url}/group?a=\a&t=\0` })
  const from = '+12025550111'
  const first = await control<Outcome>('POST', 'phone', { from, text: String.raw`plugdemo one \p & two` })
  expect(first).toMatchObject({ reply: 'It is <5> & open', sms: ['It is <5> & open'] })
  const all = encodeURIComponent(String.raw`one \p & two`)
  expect(server.targets).toEqual([
    `GET /sms?a=REQ&p=%2B12025550111&all=${all}&two=${encodeURIComponent(String.raw`\p`)}&n=Jim%20Jones&u=4789234&k=PLUGDEMO&odd=`.concat(
      String.raw`\t`
    ),
    'GET /group?a=SUB&t='
  ])
  server.targets.length = 0
  expect((await control<Outcome>('POST', 'phone', { from, text: 'Y' })).deliveries).toHaveLength(1)
  const stopped = await control<Outcome>('POST', 'phone', { from, text: 'stop' })
  expect(stopped.reply).toContain('JOESPIZZA')
  expect(server.targets.at(-1)).toBe('GET /group?a=UNSUB&t=')
  expect((await control<Outcome>('POST', 'phone', { from, text: 'stop' })).deliveries).toEqual([])
})

test.each([
  ['request-first', 'ignored', ['/sms', '/group'], ['hello']],
  ['group-first', 'ignored', ['/group', '/sms'], ['hello']],
  ['request-first', 'sent', ['/sms', '/group'], ['hello', 'hello']]
])('of two callbacks %s, the answer to a join is %s', async (callbackOrder, groupAnswer, targets, sms) => {
  const { api, control } = await start()
  const server = await startServer('hello')
  await control('PUT', 'switches', { callbackOrder, groupAnswer })
  await api('set_dynamic_request_handler', { tm: 'PLUGDEMO', url: `${server.url}/sms` })
  await api('set_integration_config', { tm: 'PLUGDEMO', group_callback_url: `${server.url}/group` })
  const said = await control<Outcome>('POST', 'phone', { from: '+12025550111', text: 'PLUGDEMO' })
  expect(server.targets).toEqual(targets.map(path => `GET ${path}`))
  expect(said).toMatchObject({ reply: 'hello', sms })
})

test.each([
  ['percent', 'one%20%26%20t%2Bo'],
  ['plus', 'one+%26+t%2Bo'],
  ['raw', 'one+&+t+o']
])('with the token encoding %s a text goes out as %s', async (tokenEncoding, text) => {
  const { api, control } = await start()
  const server = await startServer()
  await control('PUT', 'switches', { tokenEncoding })
  await api('set_dynamic_request_handler', { tm: 'PLUGDEMO', url: String.raw`${server.url}/?t=\0` })
  await control('POST', 'phone', { text: 'PLUGDEMO one & t+o' })
  expect(server.targets).toEqual([`GET /?t=${text}`])
})

test('no answer, a failure and silence are no SMS', async () => {
  const { api, control } = await start()
  for (const server of [await startServer(''), await startServer('no', 500)]) {
    await api('set_dynamic_request_handler', { tm: 'PLUGDEMO', url: server.url })
    expect(await control<Outcome>('POST', 'phone', { text: 'PLUGDEMO' })).toMatchObject({ reply: null, sms: [] })
    expect(server.targets).toHaveLength(1)
  }
  await api('set_silent_request_handler', { tm: 'PLUGDEMO' })
  expect(await control<Outcome>('POST', 'phone', { text: 'PLUGDEMO' })).toMatchObject({ reply: null, deliveries: [] })
})

test.each([
  ['first', 'one'],
  ['last', 'two']
])('of two addresses the %s one gives the reply', async (replyFrom, reply) => {
  const { api, control } = await start()
  const [one, two] = [await startServer('one'), await startServer('two')]
  await control('PUT', 'switches', { replyFrom })
  await api('set_dynamic_request_handler', { tm: 'PLUGDEMO', url: `${one.url} ${two.url}` })
  const said = await control<Outcome>('POST', 'phone', { text: 'PLUGDEMO' })
  expect([said.reply, one.targets.length, two.targets.length]).toEqual([reply, 1, 1])
})

test('an integration config under names that nobody knows is not taken for one that was cleared', async () => {
  const { api, control } = await start()
  await control('PUT', 'switches', { integrationNames: 'others' })
  const answer = await api('integration_config', { tm: 'PLUGDEMO' })
  expect(answer.body).toEqual({ callback: null })
  expect(configAnswer('integration-config').safeParse(answer).success).toBe(false)
  await control('PUT', 'switches', { integrationNames: 'as-set' })
  const usual = await api('integration_config', { tm: 'PLUGDEMO' })
  expect(configAnswer('integration-config').safeParse(usual).success).toBe(true)
})

test('a failed call is repeated only where the switch says so', async () => {
  const { api, control } = await start()
  const server = await startServer('no', 500)
  await control('PUT', 'switches', { callbackRetryDelaysMs: [1, 1] })
  await api('set_dynamic_request_handler', { tm: 'PLUGDEMO', url: server.url })
  const { deliveries } = await control<Outcome>('POST', 'phone', { text: 'PLUGDEMO' })
  expect(deliveries).toMatchObject([{ attempt: 1 }, { attempt: 2 }, { attempt: 3 }])
  expect(server.targets).toHaveLength(3)
})

test('a web page is cut, its tags are stripped', async () => {
  const { api, control } = await start()
  const { url } = await startServer('<i>no: 1</i><h1>Today</h1><p>Temp: <b>21</b> degrees</p>')
  const clips = { clip_after: 'Today', clip_left: 'Temp:', clip_right: '</p>', clip_left_inc: '1' }
  await api('set_webscrape_request_handler', { tm: 'PLUGDEMO', url, ...clips })
  expect((await control<Outcome>('POST', 'phone', { text: 'PLUGDEMO' })).reply).toBe('Temp: 21 degrees')
})

test('nothing leaves this computer unless the switch says so', async () => {
  const { api, control } = await start()
  await api('set_dynamic_request_handler', { tm: 'PLUGDEMO', url: 'https://shop.example.com/x' })
  const { deliveries } = await control<Outcome>('POST', 'phone', { text: 'PLUGDEMO' })
  expect(deliveries[0]?.error).toContain('this computer only')
})

test('the private token signs by the convention and is in no file and no state', async () => {
  const folder = await makeFolder()
  const file = join(folder, 'state.json')
  const { api, control } = await start(['--state', file])
  const server = await startServer()
  const group = { group_callback_url: String.raw`${server.url}/g?s=\s`, private_token: 'canary-token-1' }
  await api('set_integration_config', { tm: 'JOESPIZZA', ...group })
  await control('POST', 'events', { keyword: 'JOESPIZZA', action: 'SUB' })
  expect(server.targets[0]).toMatch(/^GET \/g\?s=\d{10}\.[0-9a-f]{40}$/)
  const told = `${await readFile(file, 'utf8')}${JSON.stringify(await control('GET', 'state'))}`
  expect(told).toContain('JOESPIZZA')
  expect(told).not.toContain('canary-token-1')
  expect((await api('integration_config', { tm: 'JOESPIZZA' })).body).not.toHaveProperty('private_token')
})

test('only the options given change, NONE clears, somebody else edits, and the password expires', async () => {
  const { api, control } = await start()
  await api('set_public_config', { tm: 'PLUGDEMO', site_url: 'NONE', in_directory: '1' })
  expect((await api('public_config', { tm: 'PLUGDEMO' })).body).toEqual({
    publish_messages: 0,
    in_directory: 1,
    description: 'A demonstration'
  })
  await control('PUT', 'textmarks', { keyword: 'PLUGDEMO', public: { description: 'Theirs' } })
  expect((await api('public_config', { tm: 'PLUGDEMO' })).body).toMatchObject({ description: 'Theirs' })
  await control('POST', 'tokens/expire')
  expect((await api('public_config', { tm: 'PLUGDEMO' })).head.rescode).toBe(2901)
  await control('POST', 'tokens/restore')
  await control('DELETE', 'textmarks', { keyword: 'PLUGDEMO' })
  expect((await api('public_config', { tm: 'PLUGDEMO' })).head.rescode).toBe(2011)
})

test('a planned fault can be a code of the service itself', async () => {
  const { api, control } = await start()
  const fault = { type: 'status', status: 200, message: '1503 slow down' }
  await control('POST', 'faults', { match: { route: 'POST /TextMarkManager/request_handler/' }, fault })
  expect((await api('request_handler', { tm: 'PLUGDEMO' })).head).toEqual({ rescode: 1503, resmsg: 'slow down' })
})
