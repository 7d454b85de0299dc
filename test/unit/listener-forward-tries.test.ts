import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createAuthority, createServerIdentity } from '../../src/main/listener/https/certificates.ts'
import { ended, quick, right, soon } from '../helpers/forwarding.ts'
import { listening } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { receivers } from '../helpers/receiver.ts'

const { open } = listening()
const receiver = receivers()

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
