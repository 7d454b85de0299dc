import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const simulators = join(import.meta.dirname, '../../src/main/sandbox')
const providers = globSync('*/switches.ts', { cwd: simulators })
  .map(file => file.split(/[\\/]/)[0] ?? '')
  .filter(provider => provider !== 'kit')

test('the suite of every provider looks after the switches of its simulator', () => {
  expect(providers.length).toBeGreaterThan(4)
  const without = providers.filter(provider => {
    const file = join(import.meta.dirname, `${provider}.test.ts`)
    return !existsSync(file) || !readFileSync(file, 'utf8').includes('\ncoversSwitches(switchesSchema, ')
  })
  expect(without).toEqual([])
})
