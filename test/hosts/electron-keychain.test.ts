import { expect, test } from 'vitest'
import { chromium, useShells } from '../helpers/electron-stand-in/shells.ts'
import { bundlePageClient } from '../helpers/page-script.ts'

const { newFolder, start } = useShells()

// The installed app cannot start itself as a mere Node (fuse RunAsNode), so the keychain's program answers through the port
// of a utility process: the stand-in's has no IPC of Node.
test.skipIf(chromium.isMissing)(
  `the keychain is asked in a utility process, and its answer comes back${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const shell = start(newFolder(), { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' })
    await shell.ask('text')
    await shell.ask('evaluate', await bundlePageClient())
    const answer = await shell.ask<string>('evaluate', `globalThis.callHere('vaults', 'list', undefined)`)
    const vaults = JSON.parse(answer) as { driver: string; fault: { code: string } | null }[]
    expect(vaults.map(({ driver, fault }) => [driver, fault?.code])).toEqual(
      expect.arrayContaining([['keychain', 'vault-no-service']])
    )
  }
)
