import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHandover } from '../../src/main/backup/handover.ts'
import { systemClock as clock } from '../../src/main/base/clock.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'plugboard-handover-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const opened = () =>
  createHandover({
    dataDir,
    clock,
    async create({ file }) {
      appendFileSync(file, 'sealed')
      return { file, fileName: 'x.backup', bytes: 6, secrets: null, missing: [] }
    },
    restore: () => expect.fail('nothing is restored here')
  })
const folders = () => readdirSync(dataDir)

test('of several that begin at once one is held, and nothing of the others stays', async () => {
  const handover = opened()
  const piece = Buffer.from('piece')
  const ids = await Promise.all([1, 2, 3].map(() => handover.put(undefined, piece).catch(() => 'put away')))
  expect(new Set(ids).size).toBeGreaterThan(1)
  expect(folders()).toHaveLength(1)
  await handover.close()
  expect(folders()).toEqual([])
})

test('a piece that could not be written puts all of it away, since nobody knows how much of it is there', async () => {
  const handover = opened()
  const id = await handover.put(undefined, Buffer.from('first'))
  const [folder = ''] = folders()
  const [file = ''] = readdirSync(join(dataDir, folder))
  // In its place something that no bytes can be added to.
  await rm(join(dataDir, folder, file))
  await mkdir(join(dataDir, folder, file))
  await expect(handover.put(id, Buffer.from('second'))).rejects.toThrow('EISDIR')
  expect(folders()).toEqual([])
  await expect(handover.put(id, Buffer.from('second'))).rejects.toMatchObject({ code: 'not-found' })
})
