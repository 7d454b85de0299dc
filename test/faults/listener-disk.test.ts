import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { splitLines } from '../../src/main/base/child.ts'
import { databaseFile } from '../../src/main/store/open.ts'
import { listening } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'

const { folder, open } = listening()
const entry = join(import.meta.dirname, '../helpers/listener-process.ts')
const unshare = ['--map-root-user', '--mount', 'sh', '-c']
const canMount = spawnSync('unshare', [...unshare, 'mount -t tmpfs none /mnt']).status === 0
const reason = canMount ? '' : ' (skipped: mounting in a namespace is not allowed here)'
const children: ChildProcess[] = []
const place = z.object({ port: z.number(), path: z.string() })
const status = z.looseObject({
  state: z.string(),
  caught: z.number(),
  fault: z.looseObject({ code: z.string() }).nullable()
})

afterEach(async () => {
  for (const child of children.splice(0)) {
    const gone = new Promise(resolve => child.once('close', resolve))
    child.kill('SIGKILL')
    await gone
  }
})

/** A listener on a disk of its own that holds so many megabytes. */
function startOnDisk(megabytes: number): () => Promise<unknown> {
  const path = folder()
  const mount = `mount -t tmpfs -o size=${megabytes}m none ${path} && exec "$@"`
  const child = spawn('unshare', [...unshare, mount, 'sh', process.execPath, entry, path], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  children.push(child)
  const lines: string[] = []
  const waiting: ((line: string) => void)[] = []
  splitLines(child.stdout, line => {
    const next = waiting.shift()
    if (next) next(line)
    else lines.push(line)
  })
  const read = async (): Promise<unknown> =>
    JSON.parse(lines.shift() ?? (await new Promise<string>(resolve => waiting.push(resolve))))
  return Object.assign(read, { child })
}

async function tell(read: () => Promise<unknown>, order: string): Promise<unknown> {
  const { child } = read as unknown as { child: ChildProcess }
  child.stdin?.write(`${order}\n`)
  return read()
}

describe.skipIf(!canMount)(`on a disk of its own${reason}`, () => {
  test('a full disk is answered 507 and said; with space again the listener goes on by itself, and nothing that was answered is lost', async () => {
    const read = startOnDisk(24)
    const { port, path } = place.parse(await read())
    const post = () => ask(port, rawPost(port, path, Buffer.alloc(100_000, 'x'))).then(answer => answer.status)
    expect(await post()).toBe(202)
    await tell(read, 'fill')
    let kept = 1
    for (let tries = 0; tries < 300 && (await post()) === 202; tries++) kept++
    expect(await post()).toBe(507)
    await expect
      .poll(async () => status.parse(await tell(read, 'status')))
      .toMatchObject({ state: 'listening', caught: kept, fault: { code: 'store-full' } })
    await tell(read, 'free')
    expect(await post()).toBe(202)
    await expect
      .poll(async () => status.parse(await tell(read, 'status')))
      .toMatchObject({ state: 'listening', caught: kept + 1, fault: null })
  })
})

test('a database that somebody holds for a moment keeps the sender waiting, not more', async () => {
  const { store, port, path, folder: dataDir } = await open({ inThread: true })
  const other = new Database(databaseFile(dataDir))
  other.exec('BEGIN IMMEDIATE')
  const answer = ask(port, rawPost(port, path, 'patience'))
  await new Promise(resolve => setTimeout(resolve, 300))
  other.exec('COMMIT')
  other.close()
  expect((await answer).status).toBe(202)
  expect(store.callbacks.count()).toBe(1)
})

test('a database that is held for long is answered 503, and the next callback is kept again', async () => {
  const { listener, store, port, path, folder: dataDir } = await open({ inThread: true })
  const other = new Database(databaseFile(dataDir))
  other.exec('BEGIN IMMEDIATE')
  expect(await ask(port, rawPost(port, path, 'lost'))).toMatchObject({
    status: 503,
    head: expect.stringMatching(/Retry-After/)
  })
  await expect.poll(() => listener.status()).toMatchObject({ state: 'listening', fault: { code: 'store-busy' } })
  other.exec('ROLLBACK')
  other.close()
  expect((await ask(port, rawPost(port, path, 'kept'))).status).toBe(202)
  await expect.poll(() => listener.status()).toMatchObject({ caught: 1, fault: null })
  expect(store.callbacks.count()).toBe(1)
})

test('a backup under a flood takes nothing from the senders, and is whole', async () => {
  const { store, port, path, folder: dataDir } = await open({ inThread: true })
  const reader = new Database(databaseFile(dataDir))
  const backup = reader.backup(join(dataDir, 'copy.db'), { progress: () => 10 })
  const statuses = new Set<number>()
  for (let at = 0; at < 200; at++) statuses.add((await ask(port, rawPost(port, path, Buffer.alloc(2_000)))).status)
  await backup
  reader.close()
  expect(statuses).toEqual(new Set([202]))
  expect(store.callbacks.count()).toBe(200)
  const copy = new Database(join(dataDir, 'copy.db'), { readonly: true })
  expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
  copy.close()
})

test('the log is copied into the file under a flood, and begins anew', async () => {
  const { store, port, path } = await open({ inThread: true })
  let longest = 0
  for (let round = 0; round < 40; round++) {
    await Promise.all(Array.from({ length: 10 }, () => ask(port, rawPost(port, path, Buffer.alloc(100_000)))))
    longest = Math.max(longest, store.upkeep.log().pages)
  }
  // 400 callbacks of 100 kB are some 5,000 pages; without housekeeping all of them would still wait.
  await expect.poll(() => store.upkeep.log().pages - store.upkeep.log().copied, { timeout: 10_000 }).toBeLessThan(1_000)
  expect(longest).toBeGreaterThan(0)
})
