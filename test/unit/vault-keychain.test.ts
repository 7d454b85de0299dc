import { describe, expect, test } from 'vitest'
import { createKeychainCalls } from '../../src/main/vault/drivers/keychain-calls.ts'
import { createKeychainDriver } from '../../src/main/vault/drivers/keychain.ts'
import { entryOf, pack, partsOf, sizeLimitBytes, unpack } from '../../src/main/vault/drivers/keychain-parts.ts'
import { keychainStandIn, refusedByWindows } from '../helpers/keychain-stand-in.ts'
import { describeDriver } from '../helpers/vault-suite.ts'
import { awkwardValues } from '../helpers/vault-suite-values.ts'

describe('values in parts', () => {
  test.each(Object.entries(awkwardValues))(
    'a value that is %s comes back, and no piece is over the limit',
    (_, value) => {
      const { head, parts } = pack('acc-1/token:v1', value)
      for (const piece of [head, ...parts.map(part => part.value)]) {
        expect(piece).not.toBe('')
        expect(piece).not.toContain('\0')
        expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(sizeLimitBytes)
      }
      expect(partsOf('acc-1/token:v1', head)).toEqual(parts.map(part => part.name))
      const pieces = parts.map(part => part.value)
      expect(unpack(head, pieces)).toBe(value)
    }
  )

  test('a short value is stored as it is', () => {
    expect(pack('acc-1/token:v1', 'plain')).toEqual({ head: 'plain', parts: [] })
  })

  test('a missing or changed part is noticed', () => {
    const { head, parts } = pack('acc-1/token:v1', 'x'.repeat(9000))
    const pieces = parts.map(part => part.value)
    expect(unpack(head, pieces.slice(1))).toBeUndefined()
    expect(unpack(head, pieces.with(0, 'A'.repeat(2400)))).toBeUndefined()
  })

  test('a new long value does not touch the parts of the old one, and each part names its entry', () => {
    const [one, two] = [pack('acc-1/token:v1', 'x'.repeat(9000)), pack('acc-1/token:v1', 'y'.repeat(9000))]
    const names = [...one.parts, ...two.parts].map(part => part.name)
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(names.map(entryOf))).toEqual(new Set(['acc-1/token:v1']))
    expect(entryOf('acc-1/token:v12')).toBe('acc-1/token:v12')
  })
})

describe('on Windows, where an entry holds 2,560 bytes', () => {
  const windows = () => {
    const { fork, entries } = keychainStandIn(refusedByWindows)
    return { driver: createKeychainDriver({ service: 'Plugboard test', fork }), entries }
  }
  describeDriver('keychain', async () => windows().driver)

  // As UTF-16 the first would fit in half as much, the last two would be half as long.
  test.each([
    ['2,560 ASCII characters: one entry', 'x'.repeat(2560), 1],
    ['2,561 ASCII characters', 'x'.repeat(2561), 3],
    ['1,280 characters of two bytes: one entry', 'é'.repeat(1280), 1],
    ['1,281 characters of two bytes', 'é'.repeat(1281), 3],
    ['854 characters of three bytes', '€'.repeat(854), 3],
    ['641 characters of four bytes, two units each', '🔑'.repeat(641), 3]
  ])('%s', async (_, value, kept) => {
    const { driver, entries } = windows()
    await driver.set('acc-1/token:v1', value)
    expect(entries.size).toBe(kept)
    expect(await driver.get('acc-1/token:v1')).toBe(value)
    await driver.set('acc-1/token:v1', 'short')
    expect([...entries]).toEqual([['acc-1/token:v1', 'short']])
    await driver.close()
  })

  test('the stand-in refuses what is too long, as Windows does', async () => {
    const { fork } = keychainStandIn(refusedByWindows)
    const calls = createKeychainCalls(fork, { callMs: 1000, idleMs: 1000 })
    const value = 'é'.repeat(1281)
    await expect(calls.call({ op: 'set', service: 's', name: 'n', value })).rejects.toMatchObject({
      detail: { excerpt: 'The stub received bad data.' }
    })
  })
})

test('a write that leaves nothing behind is no open keychain: its prompt was dismissed', async () => {
  const { fork, entries } = keychainStandIn(request => {
    if (request.op === 'get') entries.clear()
    return undefined
  })
  const driver = createKeychainDriver({ service: 'Plugboard test', fork })
  const dismissed = { code: 'vault-denied', message: expect.stringContaining('dismissed') }
  expect(await driver.probe()).toMatchObject(dismissed)
  await expect(driver.get('acc-1/token:v1')).rejects.toMatchObject(dismissed)
  await driver.close()
})
