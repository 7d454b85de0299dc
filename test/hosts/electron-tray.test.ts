import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import type { Shell } from '../helpers/electron-stand-in/shell.ts'
import { chromium, useShells } from '../helpers/electron-stand-in/shells.ts'
import { bundlePageClient } from '../helpers/page-script.ts'
import { readPng } from '../helpers/png.ts'

const { newFolder, start } = useShells()
const soon = { timeout: 15_000 }
const images = join(import.meta.dirname, '../../resources/tray')

type Item = { id?: string; label?: string; enabled?: boolean }

async function item(shell: Shell, id: string): Promise<Item | undefined> {
  const { tray } = await shell.ask<Journal>('journal')
  return (tray?.menu as Item[] | undefined)?.find(known => known.id === id)
}
const label = async (shell: Shell, id: string) => (await item(shell, id))?.label

test.skipIf(chromium.isMissing)(
  `the tray says what the listener does, pauses and resumes it${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const shell = start(newFolder())
    await shell.ask('text')
    await expect.poll(() => label(shell, 'status'), soon).toMatch(/^Listening on port \d+$/)
    const { tray } = await shell.ask<Journal>('journal')
    expect(tray).toMatchObject({
      image: join(images, 'listening.png'),
      tip: expect.stringMatching(/^Plugboard: Listen/)
    })
    const port = Number(/\d+$/.exec((await label(shell, 'status')) ?? '')?.[0])
    await shell.ask('chooseInTray', 'turn')
    await expect.poll(() => label(shell, 'status'), soon).toBe('The listener is paused')
    expect((await shell.ask<Journal>('journal')).tray?.image).toBe(join(images, 'paused.png'))
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed')
    expect(await label(shell, 'turn')).toBe('Resume the listener')
    await shell.ask('chooseInTray', 'turn')
    await expect.poll(() => label(shell, 'status'), soon).toBe(`Listening on port ${port}`)
    expect((await fetch(`http://127.0.0.1:${port}/in/none`)).status).toBe(404)
  }
)

test.skipIf(chromium.isMissing)(
  `it counts the callbacks since the window was last in front${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const shell = start(newFolder())
    await shell.ask('text')
    await expect.poll(() => label(shell, 'status'), soon).toMatch(/^Listening/)
    expect(await label(shell, 'fresh')).toBe('No new callbacks')
    await shell.ask('evaluate', await bundlePageClient())
    const endpoint = await shell.ask<string>('evaluate', `callHere('endpoints', 'add', { label: 'Test' })`)
    const { url } = JSON.parse(endpoint) as { url: string }
    await fetch(url, { method: 'POST', body: 'a=1' })
    await expect.poll(() => label(shell, 'fresh'), soon).toBe('1 callback since you last looked')
    await fetch(url, { method: 'POST', body: 'a=2' })
    await expect.poll(() => label(shell, 'fresh'), soon).toBe('2 callbacks since you last looked')
    await shell.ask('chooseInTray', 'show')
    await expect.poll(() => label(shell, 'fresh'), soon).toBe('No new callbacks')
  }
)

test.skipIf(chromium.isMissing)(
  `closing the window leaves the app in the tray where the person chose so, and quitting quits${chromium.mark}`,
  { timeout: 90_000 },
  async () => {
    const dataDir = newFolder()
    const shell = start(dataDir, {}, ['plugboard://settings'])
    await shell.ask('text')
    const name = 'Stay in the tray when the window is closed'
    expect(await shell.ask('isChecked', name)).toBe(false)
    await shell.ask('click', 'switch', name)
    await expect.poll(() => shell.ask('isChecked', name), soon).toBe(true)
    await shell.ask('closeWindow')
    expect([await shell.ask('windowCount'), await shell.ask('isVisible')]).toEqual([1, false])
    await shell.ask('clickTray')
    expect(await shell.ask('isVisible')).toBe(true)
    await shell.ask('closeWindow')
    await shell.ask('secondInstance', ['plugboard'])
    expect(await shell.ask('isVisible')).toBe(true)
    shell.ask('chooseInTray', 'quit').catch(() => undefined)
    expect(await shell.ended()).toBe(0)
    // It is still so at the next start.
    const next = start(dataDir)
    await next.ask('text')
    await next.ask('closeWindow')
    expect(await next.ask('windowCount')).toBe(1)
  }
)

test.skipIf(chromium.isMissing || process.platform !== 'linux')(
  `start at login is off, writes the entry of the desktop when it is turned on and takes it away again${chromium.mark || (process.platform === 'linux' ? '' : ' (skipped: not Linux)')}`,
  { timeout: 60_000 },
  async () => {
    const config = mkdtempSync(join(tmpdir(), 'plugboard-config-'))
    try {
      const dataDir = newFolder()
      const file = join(config, 'autostart/plugboard.desktop')
      const env = { STAND_IN_PACKAGED: '1', XDG_CONFIG_HOME: config, APPIMAGE: '/opt/My "Apps"/100% Plugboard' }
      const shell = start(dataDir, env, ['plugboard://settings'])
      await shell.ask('text')
      const name = 'Start when I log in'
      expect(await shell.ask('isChecked', name)).toBe(false)
      expect(existsSync(file)).toBe(false)
      await shell.ask('click', 'switch', name)
      await expect.poll(() => shell.ask('isChecked', name), soon).toBe(true)
      expect(readFileSync(file, 'utf8')).toContain(
        `\nExec="/opt/My \\\\"Apps\\\\"/100%% Plugboard" "--hidden" "--data-dir=${dataDir}"\n`
      )
      await shell.ask('click', 'switch', name)
      await expect.poll(() => existsSync(file), soon).toBe(false)
    } finally {
      rmSync(config, { recursive: true, force: true })
    }
  }
)

test.skipIf(chromium.isMissing)(
  `started by the login there is no window until somebody asks for one, and the listener runs${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const shell = start(newFolder(), {}, ['--hidden'])
    await expect.poll(() => label(shell, 'status'), soon).toMatch(/^Listening on port/)
    expect(await shell.ask('windowCount')).toBe(0)
    await shell.ask('secondInstance', ['plugboard', '--hidden'])
    expect(await shell.ask('windowCount')).toBe(0)
    await shell.ask('chooseInTray', 'show')
    await shell.ask('text')
    expect(await shell.ask('windowCount')).toBe(1)
  }
)

test.skipIf(chromium.isMissing)(
  `in a checkout, which the login cannot start, it is not offered${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const shell = start(newFolder(), {}, ['plugboard://settings'])
    await expect.poll(() => shell.ask('text'), soon).toContain('Stay in the tray')
    expect(await shell.ask('text')).not.toContain('Start when I log in')
  }
)

test('the images of the tray have the sizes of a tray, and those for macOS are black alone', () => {
  for (const [name, size] of [
    ['listening', 32],
    ['paused', 32],
    ['listeningTemplate', 16],
    ['pausedTemplate', 16]
  ] as const) {
    for (const [suffix, factor] of [
      ['', 1],
      ['@2x', 2]
    ] as const) {
      const { width, height, colours } = readPng(join(images, `${name}${suffix}.png`))
      expect([name, suffix, width, height]).toEqual([name, suffix, size * factor, size * factor])
      const isBlack = colours.size === 1 && colours.has('0,0,0')
      expect([name, isBlack]).toEqual([name, name.endsWith('Template')])
    }
  }
})
