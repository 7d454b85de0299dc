import { expect, test } from 'vitest'
import { ended, quick, right, soon } from '../helpers/forwarding.ts'
import { listening } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { receivers } from '../helpers/receiver.ts'
import { conditionOf, ruleOf } from '../helpers/rule-rows.ts'

// What is not sent on, and where nothing is sent to.

const { open } = listening()
const receiver = receivers()

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
  for (const forwards of ['always', 'never'] as const) {
    const conditions = [conditionOf('path', 'equals', `/${forwards}`)]
    store.rules.add(ruleOf({ id: forwards, endpointId, conditions, forwards }))
  }
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
