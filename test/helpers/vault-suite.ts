import { expect, test } from 'vitest'
import type { SecretDriver } from '../../src/main/vault/driver.ts'
import { unfaithfulValues } from './vault-suite-values.ts'

/** What every driver does. `open` gives a driver on an empty folder of its own each time. */
export function describeDriver(name: string, open: () => Promise<SecretDriver>): void {
  test(`${name}: gives back every value as it was written, and keeps nothing of it after removal`, async () => {
    const driver = await open()
    expect(await unfaithfulValues(driver)).toEqual([])
    await driver.close()
  })

  test(`${name}: says that it works, and that an absent entry is absent`, async () => {
    const driver = await open()
    expect(await driver.probe()).toBeNull()
    expect(await driver.get('acc-1/token:v1')).toBeUndefined()
    expect(await driver.remove('acc-1/token:v1')).toBe(false)
    expect(await driver.names()).toEqual([])
    await driver.close()
  })

  test(`${name}: keeps entries apart and lists each once`, async () => {
    const driver = await open()
    await driver.set('acc-1/token:v1', 'one')
    await driver.set('acc-1/token:v10', 'ten '.repeat(2000))
    await driver.set('acc-2/token:v1', 'other')
    expect(await driver.names()).toEqual(['acc-1/token:v1', 'acc-1/token:v10', 'acc-2/token:v1'])
    await driver.remove('acc-1/token:v1')
    expect(await driver.names()).toEqual(['acc-1/token:v10', 'acc-2/token:v1'])
    expect(await driver.get('acc-1/token:v10')).toBe('ten '.repeat(2000))
    await driver.close()
  })

  test(`${name}: loses none of many writes made at once`, async () => {
    const driver = await open()
    const names = Array.from({ length: 12 }, (_, index) => `acc-${index}/token:v1`)
    await Promise.all(names.map(entry => driver.set(entry, `value of ${entry}`)))
    expect(await driver.names()).toEqual(names.toSorted())
    expect(await Promise.all(names.map(entry => driver.get(entry)))).toEqual(names.map(entry => `value of ${entry}`))
    await driver.close()
  })
}
