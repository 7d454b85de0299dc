import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Account } from '../../src/shared/model/account.ts'
import { createCli, type Cli } from '../helpers/cli.ts'

let cli: Cli
let account: Account

beforeEach(async () => {
  cli = await createCli()
  const words = ['accounts', 'add', 'exotel', '--label', 'Shop', '--set', 'appId=1', '--secrets-stdin']
  account = await cli.value<Account>(words, '{"appSecret":"s3cret-of-a-shop"}')
})
afterEach(() => cli.remove())

test('a schedule is shown, set in part, and off again', async () => {
  const off = { accountId: account.id, refreshMinutes: null, appliesAlone: false, nextMs: null, pending: null }
  expect(await cli.value(['schedule', 'Shop', '--refresh', '45'])).toMatchObject({ ...off, refreshMinutes: 45 })
  const on = { ...off, refreshMinutes: 45, appliesAlone: true }
  expect(await cli.value(['schedule', 'Shop', '--applies-alone', 'on'])).toMatchObject(on)
  const { stdout } = await cli.run(['schedule'])
  expect(stdout).toMatch(/Shop +every 45 min +on +when Plugboard is open/)
  const both = ['schedule', 'Shop', '--refresh', 'off', '--applies-alone', 'off']
  expect(await cli.value(both)).toMatchObject(off)
  expect(await cli.value(['schedule'])).toMatchObject([off])
})

test('what a schedule cannot be is refused with the exit code of bad input', async () => {
  expect(await cli.fault(['schedule', 'Shop', '--refresh', '4'])).toMatchObject({ code: 'invalid-input', exit: 2 })
  expect(await cli.fault(['schedule', 'Shop', '--refresh', 'often'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect(await cli.fault(['schedule', 'Shop', '--applies-alone', 'maybe'])).toMatchObject({ exit: 2 })
  expect(await cli.fault(['schedule', '--refresh', '60'])).toMatchObject({ code: 'bad-usage', exit: 2 })
})
