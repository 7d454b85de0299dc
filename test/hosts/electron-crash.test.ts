import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import type { Shell } from '../helpers/electron-stand-in/shell.ts'
import { chromium, useShells } from '../helpers/electron-stand-in/shells.ts'
import { bundlePageClient } from '../helpers/page-script.ts'

const { newFolder, start } = useShells()
const soon = { timeout: 15_000 }
const journal = (shell: Shell) => shell.ask<Journal>('journal')
const log = (dataDir: string) => readFileSync(join(dataDir, 'logs/plugboard.log'), 'utf8')
const endpoint = { label: 'Saved before the end' }

/** Saves something as the page does. out: once main has said that it is saved. */
async function save(shell: Shell): Promise<void> {
  await shell.ask('evaluate', await bundlePageClient())
  await shell.ask('evaluate', `callHere('endpoints', 'add', ${JSON.stringify(endpoint)})`)
}

async function saved(shell: Shell): Promise<string[]> {
  await shell.ask('text')
  await shell.ask('evaluate', await bundlePageClient())
  const list = JSON.parse(await shell.ask<string>('evaluate', `callHere('endpoints', 'list')`)) as { label: string }[]
  return list.map(({ label }) => label)
}

describe.skipIf(chromium.isMissing)(`crashes${chromium.mark}`, () => {
  test(
    'a page that crashed is loaded again where it was, and a third crash asks first',
    { timeout: 60_000 },
    async () => {
      const dataDir = newFolder()
      const shell = start(dataDir, {}, ['plugboard://settings'])
      await shell.ask('text')
      const url = () => shell.ask<string>('url')
      const crashes = () => log(dataDir).match(/the page crashed/g)?.length ?? 0
      /** The address alone does not tell a page that was loaded again from the one before it. */
      const crash = async (reason: string) => {
        const before = crashes()
        await shell.ask('crash', reason)
        await expect.poll(crashes, soon).toBe(before + 1)
      }
      for (const [reason, screen] of [
        ['crashed', 'settings'],
        ['oom', 'history']
      ] as const) {
        await shell.ask('openUrl', `plugboard://${screen}`)
        await expect.poll(url, soon).toContain(`#/${screen}`)
        await crash(reason)
        await expect.poll(url, soon).toContain(`index.html?link=port#/${screen}`)
        await expect.poll(() => shell.ask('text'), soon).toContain('Plugboard')
      }
      expect((await journal(shell)).messageBoxes).toEqual([])
      await crash('crashed')
      await expect.poll(async () => (await journal(shell)).messageBoxes, soon).toHaveLength(1)
      const [box] = (await journal(shell)).messageBoxes
      expect(box).toMatchObject({
        buttons: ['Load again', 'Quit'],
        detail: expect.stringContaining('Nothing that was saved')
      })
      // "Load again" was answered: from the start, and with as many tries as before.
      await expect.poll(url, soon).toMatch(/index\.html\?link=port$/)
      await crash('crashed')
      await expect.poll(url, soon).toMatch(/index\.html\?link=port$/)
      expect((await journal(shell)).messageBoxes).toHaveLength(1)
      expect(crashes()).toBe(4)
    }
  )

  test('who does not want it any more quits, with the core closed', { timeout: 60_000 }, async () => {
    const shell = start(newFolder())
    await shell.ask('text')
    await shell.ask('willAnswer', 1)
    for (let times = 0; times < 2; times++) {
      await shell.ask('crash', 'crashed')
      await shell.ask('text')
    }
    shell.ask('crash', 'crashed').catch(() => undefined)
    expect(await shell.ended()).toBe(0)
  })

  test('a page that went away as it should is not loaded again', { timeout: 60_000 }, async () => {
    const shell = start(newFolder())
    await shell.ask('text')
    await shell.ask('crash', 'clean-exit')
    await shell.ask('crash', 'clean-exit')
    expect(await shell.ask('url')).toBe('about:blank')
  })

  test(
    'a page that hangs is loaded again when the person says so, and waited for otherwise',
    { timeout: 60_000 },
    async () => {
      const dataDir = newFolder()
      const shell = start(dataDir)
      await shell.ask('text')
      await shell.ask('hang')
      await expect.poll(async () => (await journal(shell)).messageBoxes, soon).toHaveLength(1)
      expect(log(dataDir)).not.toContain('the page crashed')
      await shell.ask('willAnswer', 1)
      await shell.ask('hang')
      await expect.poll(() => log(dataDir), soon).toContain('the page crashed')
      expect(await shell.ask('text')).toContain('Plugboard')
    }
  )

  test('a process of Chromium that is gone is a line in the log', { timeout: 60_000 }, async () => {
    const dataDir = newFolder()
    const shell = start(dataDir)
    await shell.ask('text')
    await shell.ask('emitOnApp', 'child-process-gone', [{ type: 'GPU', reason: 'crashed', exitCode: 5 }])
    expect(log(dataDir)).toContain('a process of the window is gone')
  })

  test('a bug in main closes the core, ends with 1, and loses nothing', { timeout: 60_000 }, async () => {
    const dataDir = newFolder()
    const shell = start(dataDir)
    await shell.ask('text')
    await save(shell)
    shell.ask('throwBug').catch(() => undefined)
    shell.ask('throwBug').catch(() => undefined)
    expect(await shell.ended()).toBe(1)
    expect(shell.printed().match(/error box/g)).toHaveLength(1)
    expect(log(dataDir).match(/a canary that nobody may see/g)?.length).toBeGreaterThan(1)
    expect(await saved(start(dataDir))).toContain(endpoint.label)
  })

  test('a process that is killed loses nothing that was saved', { timeout: 60_000 }, async () => {
    const dataDir = newFolder()
    const shell = start(dataDir)
    await shell.ask('text')
    await save(shell)
    expect(await shell.kill()).toBe('SIGKILL')
    expect(await saved(start(dataDir))).toContain(endpoint.label)
  })

  test('a shutdown of the system waits until the core is closed', { timeout: 60_000 }, async () => {
    const shell = start(newFolder())
    await shell.ask('text')
    shell.ask('power', 'shutdown').catch(() => undefined)
    expect(await shell.ended()).toBe(0)
  })
})
