import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { forkNode, type Child } from '../../src/main/base/child.ts'
import { listening } from '../helpers/listening.ts'
import { openRaw, rawPost } from '../helpers/raw-http.ts'

const { folder, open } = listening()
const entry = join(import.meta.dirname, '../helpers/listener-process.ts')
const place = z.object({ port: z.number(), path: z.string() })

/** Posts numbers one after the other until the connection breaks. */
async function flood(port: number, path: string, from: number, acknowledged: Set<number>): Promise<void> {
  const connection = await openRaw(port)
  for (let number = from; ; number++) {
    connection.send(rawPost(port, path, JSON.stringify({ event: 'message', number: `${number}` })))
    const answer = await connection.answer().catch(() => undefined)
    if (!answer) return connection.destroy()
    expect(answer.status).toBe(202)
    acknowledged.add(number)
  }
}

function startProcess(dataDir: string): Promise<{ child: Child; port: number; path: string }> {
  const child = forkNode(entry, [dataDir])
  return new Promise((resolve, reject) => {
    child.onLine(line => resolve({ child, ...place.parse(JSON.parse(line)) }))
    child.onExit(code => reject(new Error(`the listener's process ended with ${code}`)))
  })
}

test('every number that was acknowledged is there after SIGKILL under flood, and is looked at by the next listener', async () => {
  const dataDir = folder()
  const acknowledged = new Set<number>()
  for (let round = 1; round <= 3; round++) {
    const { child, port, path } = await startProcess(dataDir)
    const floods = Array.from({ length: 8 }, (_, at) => flood(port, path, (round * 10 + at) * 1_000_000, acknowledged))
    await expect.poll(() => acknowledged.size, { timeout: 15_000, interval: 5 }).toBeGreaterThan(round * 300)
    process.kill(child.pid ?? 0, 'SIGKILL')
    await Promise.all([...floods, child.stop()])
  }

  const { listener, store } = await open({ folder: dataDir })
  const kept = new Map<number, number>()
  for (let id = 1; id <= (listener.list({ limit: 1 })[0]?.id ?? 0); id++) {
    const number = Number(JSON.parse(listener.get(id).bodyText ?? '{}').number)
    kept.set(number, (kept.get(number) ?? 0) + 1)
  }
  expect([...acknowledged].filter(number => kept.get(number) !== 1)).toEqual([])
  await expect.poll(() => store.callbacks.unannotated(1), { timeout: 10_000 }).toEqual([])
}, 60_000)
