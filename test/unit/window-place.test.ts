import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isReachable, readWindowPlace, writeWindowPlace } from '../../src/main/base/window-place.ts'

const place = { x: -20, y: 10, width: 1000, height: 700, isMaximized: true }
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugboard-place-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('the place of a window is kept, and a file that says nothing usable is none', () => {
  const file = join(folder, 'place.json')
  expect(readWindowPlace(file)).toBeUndefined()
  expect(writeWindowPlace(file, place)).toBe(true)
  expect(readWindowPlace(file)).toEqual(place)
  for (const text of ['', '{', 'null', '{"x":1}', JSON.stringify({ ...place, width: 1e9 })]) {
    writeFileSync(file, text)
    expect(readWindowPlace(file)).toBeUndefined()
  }
  expect(writeWindowPlace(join(folder, 'nowhere', 'place.json'), place)).toBe(false)
})

test('a window that cannot be taken by its title bar is not put back there', () => {
  const area = { x: 0, y: 0, width: 1920, height: 1040 }
  expect(isReachable(place, area)).toBe(true)
  for (const there of [{ x: 1900 }, { x: -990 }, { y: -30 }, { y: 1030 }]) {
    expect(isReachable({ ...place, ...there }, area)).toBe(false)
  }
})
