import { createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { createAuthority, createServerIdentity, namesFor } from '../../src/main/listener/https/certificates.ts'
import { replayOrder } from '../../src/shared/model/lab.ts'
import { nextOf } from '../helpers/listening.ts'
import { listeningHttps } from '../helpers/listening-https.ts'

// What we send to the listener's own https is known by its connection, as over http.

const { open, openHttps } = listeningHttps()

const sampleTo = (to: string) => ({ provider: 'invented', sample: 'message', fields: {}, to })

test.each([
  { from: 'the process that listens', inThread: false },
  { from: 'the process that listens, whose engine has a thread of its own', inThread: true },
  { from: 'another process', inThread: false }
])('a sample to the https address counts as simulated and is judged by it, from $from', async ({ from, inThread }) => {
  const { listener, https, path, dataDir } = await openHttps({ inThread })
  const sender = from === 'another process' ? (await open({ folder: dataDir, stopped: true })).listener : listener
  for (const host of ['localhost', '127.0.0.1', '[::1]']) {
    const rows = listener.watch()
    const to = `https://${host}:${https}${path}`
    expect(await sender.simulate(sampleTo(to))).toMatchObject({ status: 202, to })
    const row = await nextOf(rows, each => each.verdict !== null)
    expect(row).toMatchObject({ origin: 'simulate' })
    expect(row.verdictText).toContain(to)
  }
})

test.each([{ inThread: false }, { inThread: true }])(
  'a replay to the https address goes there, and counts as a replay ($inThread)',
  async ({ inThread }) => {
    const { listener, https, path, endpointId } = await openHttps({ inThread })
    const rows = [listener.watch(), listener.watch()] as const
    await listener.simulate({ provider: 'invented', sample: 'message', fields: {}, endpointId })
    const first = await nextOf(rows[0], each => each.verdict !== null)
    const to = `https://localhost:${https}${path}`
    const attempt = await listener.sending.replay(replayOrder.parse({ id: first.id, to }))
    expect(attempt).toMatchObject({ state: 'done', status: 202, url: `https://127.0.0.1:${https}${path}` })
    const again = await nextOf(rows[1], each => each.id !== first.id && each.verdict !== null)
    expect(again).toMatchObject({ origin: 'replay', replayOf: first.id, target: first.target })
    expect(again.verdictText).toContain(`https://127.0.0.1:${https}${path}`)
  }
)

test('once https is closed, both say that nothing is there', async () => {
  const { listener, https, path, endpointId } = await openHttps()
  await listener.simulate({ provider: 'invented', sample: 'message', fields: {}, endpointId })
  listener.configure({ https: false })
  await expect.poll(async () => (await listener.https.status()).state, { timeout: 10_000 }).toBe('off')
  const to = `https://localhost:${https}${path}`
  await expect(listener.simulate(sampleTo(to))).rejects.toMatchObject({ code: 'unreachable' })
  const attempt = await listener.sending.replay(replayOrder.parse({ id: 1, to }))
  expect(attempt).toMatchObject({ state: 'failed', fault: { code: 'unreachable' } })
})

test('another https of this computer is not trusted for it', async () => {
  const { listener } = await openHttps()
  const stranger = await createAuthority(namesFor([]), Date.now())
  const { certificate: cert, key } = await createServerIdentity(stranger, ['localhost'], Date.now())
  const server = createServer({ cert, key }).on('tlsClientError', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await expect(listener.simulate(sampleTo(`https://localhost:${port}/`))).rejects.toMatchObject({ code: 'unreachable' })
  await new Promise(resolve => server.close(resolve))
})
