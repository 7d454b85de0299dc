import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import { chromium, useShells } from '../helpers/electron-stand-in/shells.ts'

const installer = readFileSync(join(import.meta.dirname, '../../electron-builder.yml'), 'utf8')
const [, installed] = /^appId: (\S+)$/m.exec(installer) ?? []

describe.skipIf(chromium.isMissing)(`what Windows takes the window for${chromium.mark}`, () => {
  const { newFolder, start } = useShells()

  async function appIds(env: NodeJS.ProcessEnv): Promise<string[]> {
    const shell = start(newFolder(), env)
    await shell.ask('text')
    return (await shell.ask<Journal>('journal')).appIds
  }

  test('the program that the installer put there, said once, before anything is shown', async () => {
    expect(installed).toMatch(/^[a-z]+(\.[a-z]+)+$/)
    expect(await appIds({ STAND_IN_PLATFORM: 'win32', STAND_IN_PACKAGED: '1' })).toEqual([installed])
  })

  test.each([{ STAND_IN_PLATFORM: 'win32' }, { STAND_IN_PLATFORM: 'linux', STAND_IN_PACKAGED: '1' }])(
    'nothing is said where it is not what was installed, or no Windows: %o',
    async env => {
      expect(await appIds(env)).toEqual([])
    }
  )
})
