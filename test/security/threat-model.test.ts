import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// docs/security.md says which test holds which border. A name that leads nowhere would be a promise that nobody keeps.

const root = join(import.meta.dirname, '../..')
const text = readFileSync(join(root, 'docs/security.md'), 'utf8')
const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, path = '']) => path))]

test('every test that the threat model names exists', () => {
  const paths = named(/`(test\/[^`]+)`/g)
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.filter(path => !existsSync(join(root, path)))).toEqual([])
})

test('every border has a test', () => {
  const table = text.slice(text.indexOf('## Borders'), text.indexOf('## What is left'))
  const rows = table.split('\n').filter(line => line.startsWith('| ') && !/^\| (border|---)/.test(line))
  expect(rows.length).toBeGreaterThan(10)
  expect(rows.filter(row => !/`test\/[^`]+\.test\.ts`/.test(row))).toEqual([])
})

test('every file of ours that it names exists', () => {
  const paths = named(/`((?:methods|shared|vault|hosts|listener|base)\/[\w/-]+\.ts)`/g)
  const isThere = (path: string) => ['src', 'src/main'].some(folder => existsSync(join(root, folder, path)))
  expect(paths.filter(path => !isThere(path))).toEqual([])
})
