import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { forkNode, type Child } from '../../src/main/base/child.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { openStore } from '../../src/main/store/open.ts'
import { listening } from '../helpers/listening.ts'
import { openRaw, rawPost } from '../helpers/raw-http.ts'
import { receivers } from '../helpers/receiver.ts'

const { folder, open } = listening()
const receiver = receivers()
const entry = join(import.meta.dirname, '../helpers/listener-process.ts')
const place = z.object({ port: z.number(), path: z.string() })
const good = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
const soon = { timeout: 20_000 }

function startProcess(dataDir: string): Promise<{ child: Child; port: number; path: string }> {
  const child = forkNode(entry, [dataDir])
  return new Promise((resolve, reject) => {
    child.onLine(line => resolve({ child, ...place.parse(JSON.parse(line)) }))
    child.onExit(code => reject(new Error(`the listener's process ended with ${code}`)))
  })
}

/** Posts numbers one after the other until the connection breaks. */
async function flood(port: number, path: string, from: number, acknowledged: string[]): Promise<void> {
  const connection = await openRaw(port)
  for (let number = from; ; number++) {
    connection.send(rawPost(port, path, `number ${number}`, ['X-Word: plugh']))
    if (!(await connection.answer().catch(() => undefined))) return connection.destroy()
    acknowledged.push(`number ${number}`)
  }
}

test('after three SIGKILLs every acknowledged callback has reached the target, or does after the next start', async () => {
  const dataDir = folder()
  const there = await receiver(before => (before % 7 === 3 ? 'hang' : good))
  const acknowledged: string[] = []
  const cut: string[] = []
  for (let round = 1; round <= 3; round++) {
    const { child, port, path } = await startProcess(dataDir)
    const before = there.requests.length
    const store = await openStore({ dataDir, clock: systemClock })
    const endpointId = store.endpoints.byKey(path.slice('/in/'.length))?.id ?? ''
    store.targets.add({ id: `tar-${round}`, endpointId, url: there.url, label: 'There', enabled: true })
    store.close()
    const floods = [0, 1, 2].map(nth => flood(port, path, (round * 10 + nth) * 1_000_000, acknowledged))
    await expect.poll(() => acknowledged.length, { ...soon, interval: 5 }).toBeGreaterThan(round * 100)
    await expect.poll(() => there.requests.length, { ...soon, interval: 5 }).toBeGreaterThan(before + 8)
    process.kill(child.pid ?? 0, 'SIGKILL')
    await Promise.all([...floods, child.stop()])
    const after = await openStore({ dataDir, clock: systemClock })
    cut.push(...after.attempts.underWay().map(each => each.id))
    after.close()
  }
  expect(cut.length).toBeGreaterThan(0)

  there.answer = () => good
  const setting = await open({ folder: dataDir })
  const missing = () => {
    const reached = new Set(there.requests.map(request => request.body))
    return acknowledged.filter(each => !reached.has(each))
  }
  await expect.poll(missing, soon).toEqual([])
  await expect
    .poll(() => setting.store.attempts.nextDueMs() ?? setting.store.attempts.underWay()[0], soon)
    .toBeUndefined()
  for (const id of cut) {
    const attempt = setting.store.attempts.get(id)
    expect(attempt).toMatchObject({ state: 'unknown' })
    const later = setting.listener.sending.attempts(attempt?.callbackId ?? 0)
    expect(later.at(-1)).toMatchObject({ state: 'done', number: expect.any(Number) })
    expect(later.map(each => each.number)).toEqual(later.map((_, at) => at + 1))
  }
}, 90_000)

test('a replay that a crash cut off is unknown and not sent again', async () => {
  const dataDir = folder()
  const first = await open({ folder: dataDir })
  const { listener, store } = first
  const connection = await openRaw(first.port)
  connection.send(rawPost(first.port, first.path, 'x'))
  await connection.answer()
  connection.destroy()
  const [row] = listener.list({ limit: 1 })
  const there = await receiver(() => 'hang')
  const order = { id: row?.id ?? 0, to: there.url, set: {}, resign: false }
  const cut = listener.sending.replay(order)
  await expect.poll(() => there.requests.length, soon).toBe(1)
  await listener.stop()
  // As the next process would find it.
  await listener.start({ port: 0 })
  await expect.poll(() => store.attempts.underWay(), soon).toEqual([])
  expect(listener.sending.attempts(row?.id ?? 0).map(each => each.state)).toEqual(['unknown'])
  await listener.close()
  expect(await cut).toMatchObject({ state: 'unknown' })
  expect(there.requests).toHaveLength(1)
}, 30_000)
