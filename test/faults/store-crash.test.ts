import { hostname } from 'node:os'
import Database from 'better-sqlite3'
import { afterEach, expect, test } from 'vitest'
import { databaseFile } from '../../src/main/store/open.ts'
import { storeFolders } from '../helpers/store-folder.ts'
import { startStoreProcess, type StoreProcess } from '../helpers/store-process.ts'

const { folder, open } = storeFolders()
const processes: StoreProcess[] = []

afterEach(async () => {
  for (const child of processes.splice(0)) await child.kill()
})

test('every row that was reported as written is there after SIGKILL, and nothing is half there', async () => {
  const dataDir = folder()
  const child = started('add', dataDir)
  await child.line('ready')
  child.go()
  await child.line('added 299 300')
  await child.kill()
  const reported = child.lines.filter(line => line.startsWith('added')).map(line => line.split(' ').slice(1))
  const store = await open({ dataDir })
  for (const [index, [first, second, account = '']] of reported.entries()) {
    for (const id of [first, second]) {
      expect(store.callbacks.get(Number(id))?.bodyText).toBe(`callback ${index}`)
    }
    expect(store.accounts.get(account)).toBeDefined()
  }
  expect(reported.length).toBeGreaterThanOrEqual(150)
  expect(store.callbacks.count() % 2).toBe(0)
  const db = new Database(databaseFile(dataDir))
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
  db.close()
})

test('several processes may be the first on a data folder at the same moment', async () => {
  for (let round = 0; round < 5; round++) {
    const dataDir = folder()
    const children = Array.from({ length: 4 }, () => started('open', dataDir))
    await Promise.all(children.map(child => child.line('ready')))
    for (const child of children) child.go()
    await Promise.all(children.map(child => child.ended))
    const pids = children.flatMap(child => child.lines.slice(1)).map(line => line.replace('opened ', 'acc-'))
    const accounts = (await open({ dataDir })).accounts.list().map(account => account.id)
    expect(accounts.toSorted()).toEqual(pids.toSorted())
    expect(accounts).toHaveLength(4)
  }
})

test('the lease of a process that was killed is free at once', async () => {
  const dataDir = folder()
  const child = started('hold', dataDir)
  await child.line('ready')
  child.go()
  expect(await child.line('held')).toBe('held true')
  const store = await open({ dataDir })
  const holder = { id: 'here', pid: process.pid, machine: hostname(), about: 'a test' }
  expect(store.leases.take('listener', holder, 600_000, Date.now())).toBe(false)
  expect(store.leases.holder('listener', Date.now())).toMatchObject({ id: 'child', about: 'a child' })
  await child.kill()
  expect(store.leases.take('listener', holder, 600_000, Date.now())).toBe(true)
})

function started(task: string, dataDir: string): StoreProcess {
  const child = startStoreProcess(task, dataDir)
  processes.push(child)
  return child
}
