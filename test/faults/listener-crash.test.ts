import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as z from 'zod'
import { forkNode, type Child } from '../../src/main/base/child.ts'
import { listening } from '../helpers/listening.ts'
import { openRaw } from '../helpers/raw-http.ts'
import { asWire, wireOf, wireRequest, type WireRequest } from '../helpers/wire-request.ts'

const { folder, open } = listening()
const entry = join(import.meta.dirname, '../helpers/listener-process.ts')
const place = z.object({ port: z.number(), path: z.string() })

/** The request with this number: method, target, headers, framing and bytes follow from it. */
function requestOf(at: z.infer<typeof place>, number: number): WireRequest {
  const digest = createHash('sha512').update(String(number)).digest()
  const body = Buffer.alloc((number * 37) % 5_000, digest)
  return wireRequest(at, {
    method: number % 3 ? 'POST' : 'PUT',
    target: `${at.path}/${number}?${digest.toString('hex').slice(0, number % 60)}`,
    headers: [
      ['X-Number', String(number)],
      ['x-number', digest.toString('latin1').replaceAll(/[^\x21-\x7e\x80-\xff]/g, '')]
    ],
    body,
    ...(number % 4 === 0 && { chunks: { sizes: [1 + (number % 700)] }, trailers: [['X-Last', String(number)]] })
  })
}

/** Sends numbers one after the other until the connection breaks; each second one before the answer to the first. */
async function flood(at: z.infer<typeof place>, from: number, acknowledged: Map<number, WireRequest>): Promise<void> {
  const connection = await openRaw(at.port)
  for (let number = from; ; number += 2) {
    const pair = [requestOf(at, number), requestOf(at, number + 1)] as const
    connection.send(Buffer.concat(pair.flatMap(({ head, rest }) => [head, rest])))
    for (const [nth, request] of pair.entries()) {
      const answer = await connection.answer().catch(() => undefined)
      if (!answer) return connection.destroy()
      expect(answer.status).toBe(202)
      acknowledged.set(number + nth, request)
    }
  }
}

function startProcess(dataDir: string): Promise<{ child: Child; port: number; path: string }> {
  const child = forkNode(entry, [dataDir])
  return new Promise((resolve, reject) => {
    child.onLine(line => resolve({ child, ...place.parse(JSON.parse(line)) }))
    child.onExit(code => reject(new Error(`the listener's process ended with ${code}`)))
  })
}

test('every number that was acknowledged is there, once and byte for byte, after five SIGKILLs under flood, and is looked at by the next listener', async () => {
  const dataDir = folder()
  const acknowledged = new Map<number, WireRequest>()
  for (let round = 1; round <= 5; round++) {
    const { child, ...at } = await startProcess(dataDir)
    const floods = Array.from({ length: 24 }, (_, nth) => flood(at, (round * 100 + nth) * 1_000_000, acknowledged))
    await expect.poll(() => acknowledged.size, { timeout: 20_000, interval: 2 }).toBeGreaterThan(round * 400)
    process.kill(child.pid ?? 0, 'SIGKILL')
    await Promise.all([...floods, child.stop()])
  }

  const { listener, store } = await open({ folder: dataDir })
  const kept = new Map<number, number[]>()
  for (let id = 1; id <= (listener.list({ limit: 1 })[0]?.id ?? 0); id++) {
    const number = Number(/\/(\d+)\?/.exec(listener.get(id).target)?.[1])
    kept.set(number, [...(kept.get(number) ?? []), id])
  }
  expect([...acknowledged.keys()].filter(number => kept.get(number)?.length !== 1)).toEqual([])
  for (const [number, request] of acknowledged)
    expect(asWire(listener.get(kept.get(number)?.[0] ?? 0))).toEqual(wireOf(request))
  await expect.poll(() => store.callbacks.unannotated(1), { timeout: 20_000 }).toEqual([])
}, 120_000)
