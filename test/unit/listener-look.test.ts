import { expect, onTestFinished, test, vi } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { accountRow, callbackRow } from '../helpers/store-rows.ts'

const { folder, open } = listening()
const message = '{"event":"message","number":"+49"}'

test('a callback is told when it is stored and again when it was decoded and verified', async () => {
  const { listener, port, path } = await open()
  const rows = listener.watch()[Symbol.asyncIterator]()
  expect((await ask(port, rawPost(port, path, message, ['X-Word: plugh']))).status).toBe(202)
  const stored = await rows.next()
  expect(stored.value).toMatchObject({ provider: 'invented', accountId: 'acc-1', verdict: null, decoded: null })
  const looked = await rows.next()
  expect(looked.value).toMatchObject({
    id: stored.value?.id,
    verdict: 'valid',
    decoded: { event: 'message', title: 'It was message' }
  })
  expect(listener.list({ limit: 1 })).toEqual([looked.value])
})

test.each([
  ['the wrong word', ['X-Word: xyzzy'], { verdict: 'invalid', verdictText: 'another word' }],
  [
    'no word',
    [],
    { verdict: 'missing', verdictText: expect.stringMatching(/^no word for http:\/\/127\.0\.0\.1:\d+\/in\//) }
  ]
])('the verdict on %s says why', async (_name, headers, verdict) => {
  const { listener, port, path } = await open()
  const rows = listener.watch()
  await ask(port, rawPost(port, path, message, headers))
  expect(await nextOf(rows, row => row.verdict !== null)).toMatchObject(verdict)
})

test('a vault that is locked is no reason to call a signature wrong or right', async () => {
  const { listener, port, path } = await open({
    secretsFor: () => Promise.reject(new Fault('vault-locked'))
  })
  const rows = listener.watch()
  await ask(port, rawPost(port, path, message, ['X-Word: plugh']))
  expect(await nextOf(rows, row => row.verdict !== null)).toMatchObject({
    verdict: 'no-secret',
    decoded: { event: 'message' }
  })
})

test('a stop does not wait for a vault that asks somebody, and the row is looked at after the next start', async () => {
  let answerVault: (secrets: Record<string, string>) => void = () => {}
  let isAsking = false
  const secretsFor = () => new Promise<Record<string, string>>(resolve => ((answerVault = resolve), (isAsking = true)))
  const { listener, port, path } = await open({ secretsFor })
  await ask(port, rawPost(port, path, message, ['X-Word: plugh']))
  await expect.poll(() => isAsking).toBe(true)
  expect(await listener.stop()).toMatchObject({ state: 'stopped' })
  expect(listener.list({ limit: 1 })).toMatchObject([{ verdict: null }])
  isAsking = false
  const rows = listener.watch()
  await listener.start({})
  await expect.poll(() => isAsking).toBe(true)
  answerVault({ word: 'plugh' })
  expect(await nextOf(rows, row => row.verdict !== null)).toMatchObject({ verdict: 'valid' })
})

test('what cannot be decoded, and what a dialect stumbles over, is still a row and does not stop the next', async () => {
  const { listener, port, path } = await open()
  const free = listener.addEndpoint({ label: 'Test' })
  const rows = listener.watch()
  await ask(port, rawPost(port, path, 'no json'))
  await ask(port, rawPost(port, path, 'stumble', ['X-Word: plugh']))
  await ask(port, rawPost(port, `/in/${free.key}`, message))
  await ask(port, rawPost(port, path, message, ['X-Word: plugh']))
  await nextOf(rows, row => row.verdict === 'valid')
  expect(listener.list({ limit: 9 }).toReversed()).toMatchObject([
    { verdict: 'missing', decoded: null },
    { verdict: 'no-secret', decoded: null },
    { verdict: 'not-offered', decoded: null },
    { verdict: 'valid' }
  ])
})

test('rows that a crash left without a look are looked at when the listener starts', async () => {
  const { listener, store, path } = await open({ folder: folder(), stopped: true })
  const known = { provider: 'invented', accountId: 'acc-1', target: path, body: Buffer.from(message) }
  const ids = store.callbacks.addAll(Array.from({ length: 120 }, () => callbackRow(known)))
  const rows = listener.watch()
  await listener.start({ port: 0 })
  await nextOf(rows, row => row.id === ids.at(-1))
  expect(listener.list({ limit: 200 }).filter(row => row.decoded?.event === 'message')).toHaveLength(120)
  expect(store.callbacks.unannotated(1)).toEqual([])
})

test('a signed time is judged by when the callback came, however late the look is', async () => {
  const { listener, store, endpointId } = await open({
    stopped: true,
    keyFor: async () => 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  })
  listener.updateEndpoint({ id: endpointId, scheme: 'standard-webhooks', hasNewKey: true })
  const official = callbackRow({
    endpointId,
    receivedMs: 1_614_265_330_000,
    headers: [
      ['webhook-id', 'msg_p5jXN8AQM9LWM0D4loKWxJek'],
      ['webhook-timestamp', '1614265330'],
      ['webhook-signature', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=']
    ],
    body: Buffer.from('{"test": 2432232314}')
  })
  store.callbacks.addAll([official, { ...official, receivedMs: official.receivedMs + 301_000 }])
  const rows = listener.watch()
  await listener.start({ port: 0 })
  expect(await nextOf(rows, row => row.id === 2)).toMatchObject({
    verdict: 'invalid',
    verdictText: expect.stringContaining('5 minutes old')
  })
  expect(listener.get(1)).toMatchObject({ verdict: 'valid' })
})

test('a key that cannot be read is no reason to call a signature wrong, and the verdict says why', async () => {
  const { listener, port, path, endpointId } = await open({ keyFor: () => Promise.reject(new Fault('vault-locked')) })
  listener.updateEndpoint({ id: endpointId, scheme: 'telnyx', hasNewKey: true })
  const rows = listener.watch()
  await ask(port, rawPost(port, path, message, ['X-Word: plugh']))
  expect(await nextOf(rows, row => row.verdict !== null)).toMatchObject({
    verdict: 'no-secret',
    verdictText: expect.stringContaining('saved, but could not be read'),
    decoded: { event: 'message' }
  })
})

test('an Exotel call event is decoded, and its verdict says that Exotel signs nothing', async () => {
  const { listener, store } = await open({ registry: createRegistry() })
  store.accounts.add(accountRow({ id: 'acc-2', provider: 'exotel' }))
  const rows = listener.watch()
  const sent = await listener.simulate({ provider: 'exotel', sample: 'call-finished', fields: { to: '+919812345678' } })
  expect(sent.status).toBe(200)
  const row = await nextOf(rows, each => each.verdict !== null)
  expect(row).toMatchObject({ provider: 'exotel', accountId: 'acc-2', origin: 'simulate', verdict: 'not-offered' })
  expect(row.decoded).toMatchObject({ event: 'call-finished', title: expect.stringContaining('+919812345678') })
})

test('a look leaves nothing behind on the listener, however many there are', async () => {
  const added = vi.spyOn(AbortSignal.prototype, 'addEventListener')
  const removed = vi.spyOn(AbortSignal.prototype, 'removeEventListener')
  onTestFinished(() => [added, removed].forEach(spy => spy.mockRestore()))
  const { listener, port, path } = await open()
  const left = () => {
    const gone = new Set(removed.mock.calls.map(([, listener]) => listener))
    return added.mock.calls.filter(([type, listener]) => type === 'abort' && !gone.has(listener)).length
  }
  const look = async () => {
    const rows = listener.watch()
    await ask(port, rawPost(port, path, message, ['X-Word: plugh']))
    await nextOf(rows, row => row.verdict !== null)
  }
  await look()
  const before = left()
  for (let more = 0; more < 5; more += 1) await look()
  expect(left()).toBe(before)
})
