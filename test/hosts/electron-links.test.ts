import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readArguments } from '../../src/main/hosts/electron/arguments.ts'
import { placeOf } from '../../src/main/hosts/electron/deep-link.ts'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import type { Shell } from '../helpers/electron-stand-in/shell.ts'
import { chromium, useShells } from '../helpers/electron-stand-in/shells.ts'

const { newFolder, start } = useShells()
const word = '0123456789abcdef'

/** All that a page may call because it was moved somewhere: it reads. */
const reading = /\/(info|watch|list|get|gone|diff|status|settings|https|policy)$|^\/plans\/make$/

const bad = [
  '',
  'plugboard:',
  'plugboard://',
  'plugboard:settings',
  'plugboard:///settings',
  'plugboard://nowhere',
  'plugboard://constructor',
  'plugboard://settings/1',
  'plugboard://plan/acc-0123456789abcdef',
  'plugboard://callbacks/0',
  'plugboard://callbacks/-1',
  'plugboard://callbacks/1e3',
  'plugboard://callbacks/12?do=replay',
  'plugboard://callbacks/12#/settings',
  'plugboard://callbacks/12/',
  'plugboard://callbacks//12',
  'plugboard://callbacks/%31',
  'plugboard://callbacks/../settings',
  'plugboard://callbacks/1234567890123456',
  `plugboard://profiles/acc-${word}`,
  `plugboard://profiles/pro-${word}0`,
  `plugboard://profiles/pro-${word.replace('a', 'i')}`,
  `plugboard://profiles/pro-${word}\n`,
  `plugboard://profiles/pro-${word} --vault=file`,
  'plugboard://user:pass@settings',
  'plugboard://settings:80',
  'PLUGBOARD://SETTINGS',
  'plugboard://runs/apply',
  'plugboard://settings\u0000',
  'javascript:alert(1)',
  'https://settings',
  `plugboard://${'a'.repeat(100_000)}`
]

test('a link names a screen that there is, and an id that looks like one; every other text is none', () => {
  expect(placeOf('plugboard://settings')).toBe('#/settings')
  expect(placeOf('plugboard://settings/')).toBe('#/settings')
  expect(placeOf('plugboard://callbacks/12')).toBe('#/callbacks/12')
  expect(placeOf(`plugboard://accounts/acc-${word}`)).toBe(`#/accounts/acc-${word}`)
  expect(placeOf(`plugboard://history/pro-${word}`)).toBe(`#/history/pro-${word}`)
  const allowed = ['plugboard://callbacks/12/']
  expect(bad.filter(link => placeOf(link) !== undefined)).toEqual(allowed)
})

test('what comes with a link is never an option', () => {
  const link = 'plugboard://settings'
  const given = (...args: string[]) => readArguments(['plugboard', ...args], true)
  expect(given('--vault=session', link)).toEqual({ own: ['--vault=session'], link, isHidden: false })
  expect(given('--', link, '--data-dir=/evil', '--hidden')).toEqual({ own: [], link, isHidden: false })
  expect(given(link, '--data-dir=/evil').own).toEqual([])
  expect(given('--', 'plugboard://x" --vault=file').own).toEqual([])
  expect(given('--hidden')).toEqual({ own: [], link: undefined, isHidden: true })
  expect(given(link, 'plugboard://callbacks').link).toBeUndefined()
  expect(readArguments(['electron', '/checkout', '--sandbox'], false).own).toEqual(['--sandbox'])
})

describe.skipIf(chromium.isMissing)(`a link${chromium.mark}`, () => {
  const hash = (shell: Shell) => shell.ask<string>('evaluate', 'location.hash')
  const journal = (shell: Shell) => shell.ask<Journal>('journal')
  const log = (dataDir: string) => readFileSync(join(dataDir, 'logs/plugboard.log'), 'utf8')

  test(
    'that started the app is where its page opens, and a second one moves that page',
    { timeout: 60_000 },
    async () => {
      const shell = start(newFolder(), {}, ['plugboard://settings'])
      await shell.ask('text')
      expect(await hash(shell)).toBe('#/settings')
      // The document stays: what was typed is still there.
      await shell.ask('evaluate', 'globalThis.wasHere = true')
      await shell.ask('secondInstance', ['plugboard', '--allow-file-access-from-files', 'plugboard://callbacks/7'])
      await expect.poll(() => hash(shell), { timeout: 10_000 }).toBe('#/callbacks/7')
      expect(await shell.ask('openUrl', 'plugboard://accounts')).toBe(true)
      await expect.poll(() => hash(shell), { timeout: 10_000 }).toBe('#/accounts')
      expect(await shell.ask('evaluate', 'globalThis.wasHere')).toBe(true)
      expect((await journal(shell)).windows).toHaveLength(1)
      expect((await journal(shell)).preventedNavigations).toEqual([])
    }
  )

  test('to anywhere else is ignored, and its text is in no log', { timeout: 60_000 }, async () => {
    const dataDir = newFolder()
    const shell = start(dataDir, {}, ['plugboard://canary-at-start/1?do=replay'])
    await shell.ask('text')
    expect(await shell.ask('url')).not.toContain('#')
    const watch = `globalThis.moves = []; addEventListener('hashchange', () => moves.push(location.hash))`
    await shell.ask('evaluate', watch)
    await shell.ask('openUrl', 'plugboard://callbacks/12?do=canary')
    await shell.ask('openUrl', 'plugboard://canary')
    await shell.ask('secondInstance', ['plugboard', 'plugboard://settings?canary'])
    await shell.ask('secondInstance', ['plugboard', 'plugboard://settings', 'plugboard://plan'])
    // A good one comes after them, so that they had their time.
    await shell.ask('openUrl', 'plugboard://history')
    await expect.poll(() => hash(shell), { timeout: 10_000 }).toBe('#/history')
    expect(await shell.ask('evaluate', 'globalThis.moves')).toEqual(['#/history'])
    expect(log(dataDir).match(/a link that leads nowhere was ignored/g)).toHaveLength(4)
    expect(log(dataDir)).not.toContain('canary')
    expect(shell.printed()).not.toContain('canary')
  })

  test('never makes the page do more than read', { timeout: 90_000 }, async () => {
    // With an account, its profiles and the listener there is something that could be done.
    const dataDir = newFolder()
    const shell = start(dataDir, {}, ['--sandbox'])
    await shell.ask('text')
    await expect.poll(() => log(dataDir), { timeout: 30_000 }).toContain('The sandbox runs; its account is')
    await expect.poll(() => shell.ask('text'), { timeout: 15_000 }).toContain('Accounts')
    const before = (await journal(shell)).calls.length
    const screens = ['plan', 'callbacks', 'callbacks/1', 'accounts', 'history', 'settings', 'profiles']
    for (const screen of [...screens, `profiles/pro-${word}`, `accounts/acc-${word}`, `history/pro-${word}`]) {
      await shell.ask('openUrl', `plugboard://${screen}`)
      await expect.poll(() => hash(shell), { timeout: 10_000 }).toBe(`#/${screen}`)
      await shell.ask('evaluate', 'new Promise(resolve => setTimeout(resolve, 300))')
      expect([screen, await shell.ask('hasDialog')]).toEqual([screen, false])
    }
    const calls = (await journal(shell)).calls.slice(before)
    expect(calls.length).toBeGreaterThan(0)
    expect(calls.filter(call => !reading.test(call))).toEqual([])
  })

  test('is claimed by the installed app alone, and ends its options', { timeout: 60_000 }, async () => {
    const checkout = start(newFolder())
    await checkout.ask('text')
    expect((await journal(checkout)).claimedSchemes).toEqual([])
    const installed = start(newFolder(), { STAND_IN_PACKAGED: '1' })
    await installed.ask('text')
    expect((await journal(installed)).claimedSchemes).toEqual([
      { scheme: 'plugboard', program: process.execPath, args: ['--'] }
    ])
  })
})
