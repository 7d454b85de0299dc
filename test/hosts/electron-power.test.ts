import { describe, expect, test } from 'vitest'
import type { Shell } from '../helpers/electron-stand-in/shell.ts'
import { chromium, useShells } from '../helpers/electron-stand-in/shells.ts'
import { bundlePageClient } from '../helpers/page-script.ts'

const { newFolder, start } = useShells()
const soon = { timeout: 15_000 }

async function call(shell: Shell, noun: string, verb: string, input: unknown = null): Promise<unknown> {
  const args = [noun, verb, ...(input === null ? [] : [input])].map(part => JSON.stringify(part)).join(', ')
  return JSON.parse(await shell.ask<string>('evaluate', `callHere(${args})`))
}

describe.skipIf(chromium.isMissing)(`power and lock${chromium.mark}`, () => {
  const open = async () => {
    const shell = start(newFolder(), { PLUGBOARD_VAULT: 'file', PLUGBOARD_PASSPHRASE: 'a long passphrase' })
    await shell.ask('text')
    await shell.ask('evaluate', await bundlePageClient())
    return shell
  }
  async function fault(shell: Shell): Promise<string | undefined> {
    const vaults = (await call(shell, 'vaults', 'list')) as { driver: string; fault: { code: string } | null }[]
    return vaults.find(({ driver }) => driver === 'file')?.fault?.code
  }

  for (const event of ['lock-screen', 'suspend']) {
    test(`${event} locks the vault file where the person wants that`, { timeout: 60_000 }, async () => {
      const shell = await open()
      await call(shell, 'vaults', 'choose', { driver: 'file', passphrase: 'a long passphrase' })
      expect(await call(shell, 'app', 'info')).toMatchObject({ hostAbilities: expect.arrayContaining(['screen-lock']) })
      await shell.ask('power', event)
      expect(await fault(shell)).toBeUndefined()
      await call(shell, 'vaults', 'setAutoLock', { withScreen: true })
      await shell.ask('power', event)
      await expect.poll(() => fault(shell), soon).toBe('vault-locked')
    })
  }
})
