import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import type { LeaseHolder } from '../../src/main/store/store.ts'
import { storeFolders } from '../helpers/store-folder.ts'

const { folder, open } = storeFolders()
const here = holder({ id: 'here' })
const other = holder({ id: 'other' })
const elsewhere = holder({ id: 'elsewhere', machine: 'another machine', pid: 2 ** 30 })

test('a lease has one holder, seen by both processes, until it is released', async () => {
  const dataDir = folder()
  const first = await open({ dataDir })
  const second = await open({ dataDir })
  expect(first.leases.take('sync', here, 1_000, 0)).toBe(true)
  expect(second.leases.take('sync', other, 1_000, 1)).toBe(false)
  expect(second.leases.holder('sync', 1)).toEqual(here)
  expect(second.leases.take('listener', other, 1_000, 1)).toBe(true)
  second.leases.release('sync', 'other')
  expect(second.leases.holder('sync', 1)).toEqual(here)
  first.leases.release('sync', 'here')
  expect(second.leases.holder('sync', 1)).toBeUndefined()
  expect(second.leases.take('sync', other, 1_000, 1)).toBe(true)
})

test('a renewal keeps it; a holder that does not renew loses it', async () => {
  const { leases } = await open()
  expect(leases.take('sync', elsewhere, 1_000, 0)).toBe(true)
  expect(leases.take('sync', elsewhere, 1_000, 900)).toBe(true)
  expect(leases.take('sync', here, 1_000, 1_899)).toBe(false)
  expect(leases.holder('sync', 1_900)).toBeUndefined()
  expect(leases.take('sync', here, 1_000, 1_900)).toBe(true)
  expect(leases.take('sync', elsewhere, 1_000, 1_901)).toBe(false)
})

test('a process of this machine that is gone has lost it at once; one of another machine has not', async () => {
  const { leases } = await open()
  expect(leases.take('sync', holder({ id: 'gone', pid: 2 ** 30 }), 60_000, 0)).toBe(true)
  expect(leases.holder('sync', 1)).toBeUndefined()
  expect(leases.take('sync', elsewhere, 60_000, 1)).toBe(true)
  expect(leases.take('sync', here, 60_000, 2)).toBe(false)
})

test('a clock that was set back a day does not lock everyone out for a day', async () => {
  const { leases } = await open()
  const dayMs = 86_400_000
  expect(leases.take('sync', elsewhere, 1_000, dayMs)).toBe(true)
  expect(leases.take('sync', here, 1_000, 5)).toBe(true)
})

function holder(more: Partial<LeaseHolder>): LeaseHolder {
  return { id: 'holder', pid: process.pid, machine: hostname(), about: 'a test', ...more }
}
