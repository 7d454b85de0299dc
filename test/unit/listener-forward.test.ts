import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Attempt } from '#shared/model/attempt.ts'
import type { Rule } from '#shared/model/rule.ts'
import { createAuthority, createServerIdentity } from '../../src/main/listener/https/certificates.ts'
import { listening, type Setting } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { receivers } from '../helpers/receiver.ts'

const { open } = listening()
const receiver = receivers()
const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at))
const right = ['X-Word: plugh']
const soon = { timeout: 10_000 }
const quick = { waitsMs: [5, 5, 5, 5], pollMs: 20 }

/** The attempts of the newest callback, once none waits or is under way. */
async function ended({ listener }: Pick<Setting, 'listener'>, count = 1): Promise<Attempt[]> {
  const list = () => listener.sending.attempts(listener.list({ limit: 1 })[0]?.id ?? 0)
  await expect
    .poll(() => list().filter(each => !['waiting', 'sending'].includes(each.state)).length, soon)
    .toBeGreaterThanOrEqual(count)
  await expect.poll(() => list().every(each => !['waiting', 'sending'].includes(each.state)), soon).toBe(true)
  return list()
}

test.each([
  ['all 256 byte values', everyByte],
  ['a gzip body', gzipSync('{"event":"message"}')],
  ['invalid UTF-8', Buffer.of(0xc3, 0x28, 0xff)],
  ['no body', Buffer.alloc(0)]
])('%s arrive as they came, the answer is kept', async (_name, body) => {
  const setting = await open()
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, body, right))
  const [attempt] = await ended(setting)
  expect(there.requests[0]?.body).toBe(body.toString('latin1'))
  expect(attempt).toMatchObject({ state: 'done', status: 200, number: 1, kind: 'forward', fault: null })
  expect(attempt?.responseHeaders).toContainEqual(['x-seen', 'twice'])
  expect(Buffer.from(attempt?.responseBodyBase64 ?? '', 'base64').toString()).toBe('ok')
})

test('headers arrive in their order and case, duplicates too, without those of the connection; the host is the target’s', async () => {
  const setting = await open()
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: `${there.url}/hooks/?own=1` })
  const headers = [
    'X-Dup: one',
    'x-DUP: two',
    'Connection: keep-alive, X-Hop',
    'Keep-Alive: timeout=5',
    'X-Hop: gone',
    'TE: trailers',
    'X-Latin: caf\xe9',
    'X-Empty:',
    'COOKIE: a=1',
    'Cookie: b=2',
    ...right
  ]
  await ask(port, rawPost(port, `${path}/more%2F//..?a=1&a=%zz&b={"|`, 'x', headers))
  await ended(setting)
  expect(there.requests).toEqual([
    {
      line: 'POST /hooks/more%2F//..?own=1&a=1&a=%zz&b={"| HTTP/1.1',
      headers: [
        `Host: 127.0.0.1:${there.port}`,
        'X-Dup: one',
        'x-DUP: two',
        'X-Latin: caf\xe9',
        'X-Empty: ',
        'COOKIE: a=1',
        'Cookie: b=2',
        'X-Word: plugh',
        'Content-Length: 1',
        `X-Forwarded-Host: 127.0.0.1:${port}`
      ],
      body: 'x'
    }
  ])
})

test('a chunked body arrives whole with its length, and with its trailers where it has some', async () => {
  const setting = await open()
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\ntransfer-encoding: chunked\r\nX-Word: plugh\r\n`
  await ask(port, `${head}\r\n2\r\n\x00\xff\r\n1\r\nz\r\n0\r\n\r\n`)
  await ended(setting)
  await ask(port, `${head}Trailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n`)
  await ended(setting)
  expect(there.requests[0]).toMatchObject({ body: '\x00\xffz' })
  expect(there.requests[0]?.headers).toContain('Content-Length: 3')
  expect(there.requests[0]?.headers.join()).not.toMatch(/transfer-encoding/i)
  expect(there.requests[1]?.body).toMatch(/^3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n$/)
  expect(there.requests[1]?.headers).toContain('transfer-encoding: chunked')
})

test('of several targets one that refuses and one that hangs hold up no other', async () => {
  const { listener, port, path, endpointId } = await open({ forwardLimits: { ...quick, stopGraceMs: 50 } })
  const good = await receiver()
  const hanging = await receiver(() => 'hang')
  const dead = await receiver()
  await dead.close()
  for (const each of [hanging, dead, good]) listener.sending.addTarget({ endpointId, url: each.url, label: each.url })
  for (let at = 0; at < 20; at++) await ask(port, rawPost(port, `${path}/${at}`, `${at}`, right))
  await expect.poll(() => new Set(good.requests.map(each => each.body)).size, soon).toBe(20)
  const id = listener.list({ limit: 1 })[0]?.id ?? 0
  const of = (url: string) => listener.sending.attempts(id).filter(each => each.url.startsWith(url))
  await expect.poll(() => of(good.url).map(each => each.state), soon).toEqual(['done'])
  expect(of(hanging.url).map(each => each.state)).toEqual(['waiting'])
  await expect.poll(() => of(dead.url).map(each => each.state), soon).toEqual(Array(5).fill('failed'))
  expect(of(dead.url).map(each => [each.number, each.fault?.code])).toEqual(
    [1, 2, 3, 4, 5].map(n => [n, 'unreachable'])
  )
  // Its share is four at once.
  expect(hanging.requests).toHaveLength(4)
}, 30_000)

test('no answer in time is a try that failed', async () => {
  const setting = await open({ forwardLimits: { waitsMs: [], answerMs: 50 } })
  const { listener, port, path, endpointId } = setting
  listener.sending.addTarget({ endpointId, url: (await receiver(() => 'hang')).url })
  await ask(port, rawPost(port, path, 'x', right))
  expect(await ended(setting)).toMatchObject([{ state: 'failed', fault: { code: 'timeout' } }])
})

test('a target that recovers gets it with a later try; each try is a row of its own', async () => {
  const setting = await open({ forwardLimits: quick })
  const { listener, port, path, endpointId } = setting
  const answers = ['HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbusy', 'reset']
  const there = await receiver(before => answers[before] ?? 'HTTP/1.1 204 Done\r\n\r\n')
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, 'x', right))
  const attempts = await ended(setting, 3)
  expect(attempts.map(each => [each.number, each.state, each.status, each.fault?.code])).toEqual([
    [1, 'failed', 503, 'provider-error'],
    [2, 'failed', null, 'outcome-unknown'],
    [3, 'done', 204, undefined]
  ])
  expect(Buffer.from(attempts[0]?.responseBodyBase64 ?? '', 'base64').toString()).toBe('busy')
})

test('a redirect is not followed and a 4xx is not tried again', async () => {
  const setting = await open({ forwardLimits: quick })
  const { listener, port, path, endpointId } = setting
  const elsewhere = await receiver()
  const moved = await receiver(() => `HTTP/1.1 302 Moved\r\nLocation: ${elsewhere.url}\r\nContent-Length: 0\r\n\r\n`)
  const missing = await receiver(() => 'HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n')
  for (const each of [moved, missing]) listener.sending.addTarget({ endpointId, url: each.url })
  await ask(port, rawPost(port, path, 'x', right))
  const attempts = await ended(setting, 2)
  expect(attempts.map(each => [each.status, each.state, each.fault?.code])).toEqual([
    [302, 'failed', 'refused'],
    [404, 'failed', 'refused']
  ])
  expect(elsewhere.requests).toEqual([])
})

test('an answer that says “not now” is tried again', async () => {
  const setting = await open({ forwardLimits: quick })
  const { listener, port, path, endpointId } = setting
  const there = await receiver(before => `HTTP/1.1 ${before === 0 ? 429 : 200} So\r\nContent-Length: 0\r\n\r\n`)
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, 'x', right))
  expect((await ended(setting, 2)).map(each => each.status)).toEqual([429, 200])
})

test('an untrusted certificate is named, nothing is sent and nothing tried again', async () => {
  const setting = await open({ forwardLimits: quick })
  const { listener, port, path, endpointId } = setting
  const authority = await createAuthority(['localhost'], Date.now())
  const { certificate, key } = await createServerIdentity(authority, ['localhost'], Date.now())
  let requests = 0
  const server = createServer({ cert: certificate, key }, (_request, response) => response.end(String(++requests)))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`
  listener.sending.addTarget({ endpointId, url })
  await ask(port, rawPost(port, path, 'x', right))
  const [attempt, ...more] = await ended(setting)
  expect(attempt).toMatchObject({ state: 'failed', status: null, fault: { code: 'untrusted' } })
  expect(attempt?.fault?.message).toMatch(/certificate of localhost:\d+ comes from an authority that is not known/)
  expect(more).toEqual([])
  expect(requests).toBe(0)
  await new Promise(resolve => server.close(resolve))
})

test('with the engine in a thread of its own it is the same, and whoever shows attempts is told', async () => {
  const setting = await open({ inThread: true })
  const { listener, bus, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  const seen: (string | undefined)[] = []
  const forget = bus.listen(({ topic }) => {
    const id = listener.list({ limit: 1 })[0]?.id
    if (topic === 'callbacks' && id !== undefined) seen.push(listener.sending.attempts(id)[0]?.state)
  })
  await ask(port, rawPost(port, path, 'x', right))
  expect(await ended(setting)).toMatchObject([{ state: 'done' }])
  await expect.poll(() => seen, soon).toContain('done')
  forget()
})

test('of a long answer the first 64 KB are kept', async () => {
  const setting = await open()
  const { listener, port, path, endpointId } = setting
  const there = await receiver(() => `HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${'y'.repeat(200_000)}`)
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, 'x', right))
  const [attempt] = await ended(setting)
  expect(attempt).toMatchObject({ state: 'done', responseTruncated: true })
  expect(Buffer.from(attempt?.responseBodyBase64 ?? '', 'base64')).toHaveLength(65_536)
})

test.each([
  ['invalid', ['X-Word: wrong']],
  ['missing', []]
])('what is %s is held back and says why, until a person sends it on', async (verdict, headers) => {
  const setting = await open({ forwardLimits: quick })
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, 'forged', headers))
  const [held] = await ended(setting)
  expect(listener.list({ limit: 1 })).toMatchObject([{ verdict }])
  expect(held).toMatchObject({ state: 'failed', status: null, startedMs: null, fault: { code: 'held-back' } })
  expect(there.requests).toEqual([])
  expect(await listener.sending.retry(held?.id ?? '')).toMatchObject({ state: 'done', number: 2, status: 200 })
  expect(there.requests).toHaveLength(1)
  await expect(listener.sending.retry(held?.id ?? '')).rejects.toMatchObject({ code: 'already-exists' })
})

test('what could not be checked is held back; an endpoint without a check forwards', async () => {
  const setting = await open({ secretsFor: async () => ({}) })
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  const free = listener.addEndpoint({ label: 'Free' })
  listener.sending.addTarget({ endpointId, url: there.url })
  listener.sending.addTarget({ endpointId: free.id, url: there.url })
  await ask(port, rawPost(port, path, 'unknown', right))
  expect(await ended(setting)).toMatchObject([{ fault: { code: 'held-back' } }])
  expect(listener.list({ limit: 1 })).toMatchObject([{ verdict: 'no-secret' }])
  await ask(port, rawPost(port, `/in/${free.key}`, 'free'))
  expect(await ended(setting)).toMatchObject([{ state: 'done' }])
  expect(there.requests.map(each => each.body)).toEqual(['free'])
})

test('a rule that says always forwards what is invalid, one that says never forwards nothing', async () => {
  const setting = await open()
  const { listener, store, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  store.rules.add(ruleRow('rul-1', endpointId, '/always', 'always'))
  store.rules.add(ruleRow('rul-2', endpointId, '/never', 'never'))
  await ask(port, rawPost(port, `${path}/always`, 'a', ['X-Word: wrong']))
  expect(await ended(setting)).toMatchObject([{ state: 'done' }])
  await ask(port, rawPost(port, `${path}/never`, 'b', right))
  await expect.poll(() => listener.list({ limit: 1 })[0]?.verdict, soon).toBe('valid')
  expect(listener.sending.attempts(listener.list({ limit: 1 })[0]?.id ?? 0)).toEqual([])
  expect(there.requests.map(each => each.body)).toEqual(['a'])
})

test('a body that was cut off at the limit is not sent on', async () => {
  const setting = await open({ limits: { bodyBytes: 10 } })
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, 'x'.repeat(20), right))
  const [held] = await ended(setting)
  expect(held?.fault?.message).toContain('longer than the listener keeps')
  await expect(listener.sending.retry(held?.id ?? '')).rejects.toMatchObject({ code: 'unsupported' })
  expect(there.requests).toEqual([])
})

test('what waits for a target that is switched off or removed is given up; the others go on', async () => {
  const setting = await open({ forwardLimits: { waitsMs: [600_000] } })
  const { listener, port, path, endpointId } = setting
  const [one, two] = [await receiver(() => 'reset'), await receiver(() => 'reset')]
  const [off, gone] = [one, two].map(({ url }) => listener.sending.addTarget({ endpointId, url }))
  await ask(port, rawPost(port, path, 'x', right))
  const id = listener.list({ limit: 1 })[0]?.id ?? 0
  const states = () => listener.sending.attempts(id).map(each => each.state)
  await expect.poll(states, soon).toEqual(['failed', 'failed', 'waiting', 'waiting'])
  listener.sending.updateTarget({ id: off?.id ?? '', enabled: false })
  listener.sending.removeTarget(gone?.id ?? '')
  expect(states()).toEqual(['failed', 'failed', 'failed', 'failed'])
  expect(listener.sending.attempts(id).map(each => each.targetId)).toSatisfy(
    (ids: unknown[]) => ids.filter(each => each === null).length === 2
  )
  await ask(port, rawPost(port, path, 'y', right))
  await expect.poll(() => listener.list({ limit: 1 })[0]?.verdict, soon).toBe('valid')
  expect(listener.sending.attempts(listener.list({ limit: 1 })[0]?.id ?? 0)).toEqual([])
})

test('what waits is given up with its endpoint, and with its account when its time comes', async () => {
  const setting = await open({ forwardLimits: { waitsMs: [600_000], pollMs: 20 } })
  const { listener, store, port, path, endpointId } = setting
  const there = await receiver(() => 'reset')
  const free = listener.addEndpoint({ label: 'Free' })
  for (const id of [endpointId, free.id]) listener.sending.addTarget({ endpointId: id, url: there.url })
  await ask(port, rawPost(port, path, 'x', right))
  await ask(port, rawPost(port, `/in/${free.key}`, 'y'))
  const [second, first] = listener.list({ limit: 2 }).map(each => each.id)
  const states = (id = 0) => listener.sending.attempts(id).map(each => each.state)
  await expect
    .poll(() => [states(first), states(second)].flat(), soon)
    .toEqual(['failed', 'waiting', 'failed', 'waiting'])
  listener.removeEndpoint(free.id)
  expect(states(second)).toEqual(['failed', 'failed'])
  store.accounts.remove('acc-1')
  const waiting = store.attempts.ofCallback(first ?? 0)[1]
  if (waiting) store.attempts.update({ ...waiting, dueMs: 1 })
  await expect.poll(() => states(first), soon).toEqual(['failed', 'failed'])
  expect(there.requests).toHaveLength(2)
})

test('one that waits for its next try can be sent at once', async () => {
  const setting = await open({ forwardLimits: { waitsMs: [600_000] } })
  const { listener, port, path, endpointId } = setting
  const there = await receiver(before => (before === 0 ? 'reset' : 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, 'x', right))
  const id = listener.list({ limit: 1 })[0]?.id ?? 0
  await expect.poll(() => listener.sending.attempts(id).map(each => each.state), soon).toEqual(['failed', 'waiting'])
  const [first] = listener.sending.attempts(id)
  expect(await listener.sending.retry(first?.id ?? '')).toMatchObject({ state: 'done', number: 2 })
  expect(listener.sending.attempts(id)).toHaveLength(2)
})

test('a stop is bounded, and what had no answer is sent again by the next start', async () => {
  const setting = await open({ forwardLimits: { stopGraceMs: 50 } })
  const { listener, port, path, endpointId } = setting
  const there = await receiver(before => (before === 0 ? 'hang' : 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, 'x', right))
  await expect.poll(() => there.requests.length, soon).toBe(1)
  await listener.stop()
  const id = listener.list({ limit: 1 })[0]?.id ?? 0
  expect(listener.sending.attempts(id).map(each => each.state)).toEqual(['unknown', 'waiting'])
  await listener.start({ port: 0 })
  expect(await ended(setting, 2)).toMatchObject([{ state: 'unknown' }, { state: 'done', number: 2 }])
})

test('an address that is refused: the listener itself, http elsewhere, a password, no URL', async () => {
  const { listener, port, endpointId, path } = await open()
  const add = (url: string) => () => listener.sending.addTarget({ endpointId, url })
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '127.1.2.3', 'LOCALHOST'])
    expect(add(`http://${host}:${port}${path}`)).toThrow('the listener itself')
  expect(add('http://192.0.2.1/hook')).toThrow('must be https')
  expect(add('https://me:secret@example.test/')).toThrow('no user name or password')
  expect(add('ftp://localhost/')).toThrow('not an http(s) URL')
  expect(add('https://example.test/#a')).toThrow('no fragment')
  listener.updateEndpoint({ id: endpointId, publicUrl: 'https://tunnel.example.test', hasNewKey: false })
  expect(add(`https://tunnel.example.test${path}`)).toThrow('the listener itself')
  expect(add('https://example.test/hook')()).toMatchObject({ label: 'example.test', enabled: true })
})

test('a target that becomes the listener’s own address is not sent to', async () => {
  const setting = await open({ forwardLimits: quick, stopped: true })
  const { listener, endpointId, path } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: `${there.url}${path}` })
  await there.close()
  const { port } = await listener.start({ port: there.port })
  await ask(port ?? 0, rawPost(port ?? 0, path, 'x', right))
  expect(await ended(setting)).toMatchObject([{ state: 'failed', fault: { code: 'invalid-input' } }])
  expect(listener.list({ limit: 9 })).toHaveLength(1)
})

function ruleRow(id: string, endpointId: string, value: string, forwards: Rule['forwards']): Rule {
  return {
    id,
    endpointId,
    position: 1,
    label: value,
    enabled: true,
    conditions: [{ of: 'path', name: '', is: 'equals', value }],
    everyNth: null,
    percent: null,
    answer: { type: 'provider', delayMs: 0 },
    forwards
  }
}
