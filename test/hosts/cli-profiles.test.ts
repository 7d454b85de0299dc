import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HistoryEntry } from '../../src/shared/model/history.ts'
import type { Profile } from '../../src/shared/model/profile.ts'
import { sandboxCredentials } from '../../src/main/sandbox/textmarks/account.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

// Through real processes, against the simulator of a provider that cannot list; the tests build on each other.

let cli: Cli
let simulator: Simulator

beforeAll(async () => {
  cli = await createCli()
  simulator = await startSimulator(0, 'textmarks')
  const { fields, secrets, adopt } = sandboxCredentials
  const given = Object.entries(fields).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const where = ['--base-url', simulator.url, '--secrets-stdin']
  await cli.value(['accounts', 'add', 'textmarks', '--label', 'Marks', ...given, ...where], JSON.stringify(secrets))
  await cli.value(['profiles', 'adopt', 'Marks', adopt])
})
afterAll(async () => {
  await cli.remove()
  await simulator.stop()
})

async function configOf(): Promise<Profile | undefined> {
  const profiles = await cli.value<Profile[]>(['profiles', 'list'])
  return profiles.find(({ kind }) => kind === 'integration-config')
}

test('an odd value is saved, and said to be odd beside the result and whenever it is shown', async () => {
  const id = (await configOf())?.id ?? ''
  const set = await cli.run(['profiles', 'set', id, 'groupCallbackUrl=http://shop.example.com/group'])
  expect(set).toMatchObject({ code: 0, stdout: expect.not.stringContaining('odd') as string })
  expect(set.stderr).toMatch(/^Looks odd: groupCallbackUrl: .*unencrypted/m)
  const shown = await cli.run(['profiles', 'show', id])
  expect(shown.stdout).toMatch(/^Looks odd: groupCallbackUrl: /m)
  expect((await cli.value<Profile>(['profiles', 'show', id])).warnings).toMatchObject([{ setting: 'groupCallbackUrl' }])
  const good = String.raw`groupCallbackUrl=https://shop.example.com/group?phone=\p`
  expect((await cli.run(['profiles', 'set', id, good])).stderr).toBe('')
})

test('a profile is let go with its edits only when that is said, and taken over again', async () => {
  const id = (await configOf())?.id ?? ''
  expect(await cli.fault(['profiles', 'release', id])).toMatchObject({ code: 'needs-confirmation', exit: 2 })
  expect((await configOf())?.state).toBe('edited')
  const released = await cli.run(['profiles', 'release', id, '--yes'])
  expect(released).toMatchObject({ code: 0, stdout: expect.stringContaining('no longer manages') as string })
  expect(await configOf()).toBeUndefined()
  const [entry] = await cli.value<HistoryEntry[]>(['history', '--limit', '1'])
  expect(entry).toMatchObject({
    what: 'local-released',
    profileId: id,
    who: expect.stringContaining('command') as string
  })
  const again = await cli.value<Profile[]>(['profiles', 'adopt', 'Marks', sandboxCredentials.adopt])
  expect(again.map(({ kind, state }) => [kind, state])).toEqual([['integration-config', 'in-sync']])
})
