import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import { chromium, useShells } from '../helpers/electron-stand-in/shells.ts'

const { newFolder, start } = useShells()

test.skipIf(chromium.isMissing)(
  `closing the window closes the core and ends with 0${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const dataDir = newFolder()
    const shell = start(dataDir)
    await shell.ask('text')
    expect(shell.printed()).toContain('Plugboard opens its window.')
    shell.ask('closeWindow').catch(() => undefined)
    expect(await shell.ended()).toBe(0)
    // A database that was closed has no log beside it.
    expect(readdirSync(dataDir).filter(name => name.endsWith('-wal'))).toEqual([])
    expect(existsSync(join(dataDir, 'window'))).toBe(true)
    // The next window comes where this one was.
    const place = { x: 40, y: 30, width: 1000, height: 700 }
    const next = start(dataDir)
    await next.ask('text')
    expect((await next.ask<Journal>('journal')).windows[0]?.options).toMatchObject(place)
  }
)

test.skipIf(chromium.isMissing)(
  `quitting keeps the window's place as closing it does${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const dataDir = newFolder()
    const shell = start(dataDir)
    await shell.ask('text')
    shell.ask('quit').catch(() => undefined)
    expect(await shell.ended()).toBe(0)
    const next = start(dataDir)
    await next.ask('text')
    expect((await next.ask<Journal>('journal')).windows[0]?.options).toMatchObject({ width: 1000, height: 700 })
  }
)

test.skipIf(chromium.isMissing)(
  `the sandbox runs in a child of the window${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const dataDir = newFolder()
    const shell = start(dataDir, {}, ['--sandbox'])
    const log = () => readFileSync(join(dataDir, 'logs/plugboard.log'), 'utf8')
    await expect.poll(log, { timeout: 30_000 }).toContain('The sandbox runs; its account is')
    shell.ask('quit').catch(() => undefined)
    expect(await shell.ended()).toBe(0)
  }
)

test.skipIf(chromium.isMissing)(
  `a bug is shown as its incident, which the log has${chromium.mark}`,
  { timeout: 60_000 },
  async () => {
    const dataDir = newFolder()
    const shell = start(dataDir)
    await shell.ask('text')
    shell.ask('throwBug').catch(() => undefined)
    expect(await shell.ended()).toBe(1)
    const [, incident = ''] = /error box: Plugboard made a mistake \(incident (inc-\w+)\)/.exec(shell.printed()) ?? []
    expect(shell.printed()).not.toMatch(/canary|\n\s+at /)
    const log = readFileSync(join(dataDir, 'logs/plugboard.log'), 'utf8')
    expect(log.split('\n').find(line => line.includes(incident))).toContain('canary')
  }
)

test('a second process on the same data folder ends at once', { timeout: 60_000 }, async () => {
  const shell = start(newFolder(), { STAND_IN_SECOND_INSTANCE: '1' })
  expect(await shell.ended()).toBe(0)
  expect(shell.printed()).toBe('')
})

test(
  'a data folder that is a file is shown as a sentence and advice, and ends with 1',
  { timeout: 60_000 },
  async () => {
    const file = join(newFolder(), 'data')
    writeFileSync(file, 'a file')
    const shell = start(file)
    expect(await shell.ended()).toBe(1)
    expect(shell.printed()).not.toMatch(/\n\s+at /)
    expect(shell.printed()).toMatch(/error box: .+\. /)
    expect(readFileSync(file, 'utf8')).toBe('a file')
  }
)

test('a window without its protection does not open', { timeout: 60_000 }, async () => {
  const shell = start(newFolder(), {}, ['--no-sandbox'])
  expect(await shell.ended()).toBe(1)
  expect(shell.printed()).toMatch(/error box: The window does not open without its protection.*\.deb/)
})

test('an option that nobody knows is passed over, a wrong value of ours is said', { timeout: 60_000 }, async () => {
  const shell = start(newFolder(), {}, ['--enable-features=Something', '--vault', 'drawer'])
  expect(await shell.ended()).toBe(2)
  expect(shell.printed()).toContain('There is no vault "drawer"')
})
