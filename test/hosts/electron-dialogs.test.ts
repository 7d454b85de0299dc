import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { backupWord as word } from '../helpers/backup-word.ts'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import type { Shell } from '../helpers/electron-stand-in/shell.ts'
import { chromium, useShells } from '../helpers/electron-stand-in/shells.ts'
import { bundlePageClient } from '../helpers/page-script.ts'

const soon = { timeout: 20_000 }
const patience = { timeout: 90_000 }

describe.skipIf(chromium.isMissing)(`backups by the dialogs of the system${chromium.mark}`, () => {
  const { newFolder, start } = useShells()
  let script: string

  beforeAll(async () => {
    script = await bundlePageClient()
  })

  async function settings(): Promise<Shell> {
    const shell = start(newFolder(), {}, ['plugboard://settings'])
    await expect.poll(() => shell.ask('text'), soon).toContain('Make a backup')
    return shell
  }
  async function typeWord(shell: Shell): Promise<void> {
    await shell.ask('fill', 'Passphrase', word)
    await shell.ask('fill', 'Repeat the passphrase', word)
  }
  const dialogs = async (shell: Shell) => (await shell.ask<Journal>('journal')).fileDialogs
  const page = (shell: Shell) => shell.ask<string>('evaluate', 'document.documentElement.outerHTML')
  const typed = (shell: Shell) =>
    shell.ask<string[]>('evaluate', `[...document.querySelectorAll('input[type=password]')].map(one => one.value)`)

  /** What a page that runs foreign code can call. out: the answer, or the code of the fault. */
  async function call(shell: Shell, verb: string, input?: object): Promise<unknown> {
    const given = input === undefined ? 'undefined' : JSON.stringify(input)
    const done = `callHere('backup', '${verb}', ${given}).then(JSON.parse, error => error.data?.code ?? String(error))`
    await shell.ask('evaluate', script)
    return shell.ask('evaluate', done)
  }

  test(
    'it is written where the person says, with the secrets, and the page learns its name alone',
    patience,
    async () => {
      const [shell, folder] = [await settings(), newFolder()]
      await typeWord(shell)
      await shell.ask('click', 'checkbox', 'With the secrets of all accounts')
      await shell.ask('willPick', join(folder, 'mine'))
      await shell.ask('click', 'button', 'Save the backup…')
      await expect.poll(() => shell.ask('text'), soon).toMatch(/mine\.backup is saved with \d+ secret/)
      expect(readdirSync(folder), 'the ending is added').toEqual(['mine.backup'])
      expect(statSync(join(folder, 'mine.backup')).mode & 0o777).toBe(0o600)
      expect(await page(shell)).not.toContain(folder)
      expect(await typed(shell)).toEqual(['', '', ''])
      expect(await dialogs(shell)).toEqual([
        {
          what: 'save',
          options: {
            title: 'Save the backup',
            defaultPath: expect.stringMatching(/^\/the\/person\/downloads\/plugboard-[\dTZ-]+\.backup$/),
            filters: [{ name: 'Plugboard backup', extensions: ['backup'] }],
            properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent']
          }
        }
      ])
    }
  )

  test('whoever closes the dialog has nothing made, and what was typed is still there', patience, async () => {
    const shell = await settings()
    await typeWord(shell)
    await shell.ask('click', 'button', 'Save the backup…')
    await expect.poll(async () => (await dialogs(shell)).length, soon).toBe(1)
    expect(await typed(shell)).toEqual([word, word, ''])
    await shell.ask('click', 'button', 'Choose a .backup file')
    await expect.poll(async () => (await dialogs(shell)).length, soon).toBe(2)
    expect(await shell.ask('text')).toContain('Choose a .backup file')
    expect(await shell.ask('text')).not.toMatch(/is saved|be written/)
  })

  test(
    'what is there is replaced once the system has asked about it, and never by a name it did not ask about',
    patience,
    async () => {
      const [shell, folder] = [await settings(), newFolder()]
      writeFileSync(join(folder, 'old.backup'), 'old')
      await typeWord(shell)
      await shell.ask('willPick', join(folder, 'old'))
      await shell.ask('click', 'button', 'Save the backup…')
      await expect.poll(() => shell.ask('text'), soon).toContain('old.backup exists already')
      expect(readFileSync(join(folder, 'old.backup'), 'utf8')).toBe('old')
      await shell.ask('willPick', join(folder, 'old.backup'))
      await shell.ask('click', 'button', 'Save the backup…')
      await expect.poll(() => shell.ask('text'), soon).toContain('old.backup is saved with no secrets')
      expect(statSync(join(folder, 'old.backup')).size).toBeGreaterThan(1_000)
      expect(readdirSync(folder)).toEqual(['old.backup'])
    }
  )

  test(
    'a folder that cannot be written is said so without its path, and can be tried again elsewhere',
    patience,
    async () => {
      const [shell, folder] = [await settings(), newFolder()]
      // Nothing keeps root from writing but the kernel's own folders.
      const closed = process.getuid?.() === 0 ? '/sys/kernel' : join(folder, 'closed')
      if (!existsSync(closed)) mkdirSync(closed)
      if (closed.startsWith(folder)) chmodSync(closed, 0o500)
      await typeWord(shell)
      await shell.ask('willPick', join(closed, 'x.backup'))
      await shell.ask('click', 'button', 'Save the backup…')
      await expect.poll(() => shell.ask('text'), soon).toContain('The folder of x.backup cannot be written')
      expect(await page(shell)).not.toContain(closed)
      await shell.ask('willPick', join(folder, 'x.backup'))
      await shell.ask('click', 'button', 'Save the backup…')
      await expect.poll(() => shell.ask('text'), soon).toContain('x.backup is saved')
    }
  )

  test('the one that the person chose is restored, once its passphrase is right', patience, async () => {
    const [shell, folder] = [await settings(), newFolder()]
    await typeWord(shell)
    await shell.ask('willPick', join(folder, 'x.backup'))
    await shell.ask('click', 'button', 'Save the backup…')
    await expect.poll(() => shell.ask('text'), soon).toContain('x.backup is saved')
    await shell.ask('willPick', join(folder, 'x.backup'))
    await shell.ask('click', 'button', 'Choose a .backup file')
    await shell.ask('fill', 'Its passphrase', 'a wrong passphrase')
    await shell.ask('click', 'button', 'Restore…')
    await shell.ask('click', 'button', 'Replace everything')
    await expect.poll(() => shell.ask('text'), soon).toContain('The passphrase is not the one of this backup')
    await shell.ask('click', 'button', 'Cancel')
    await shell.ask('fill', 'Its passphrase', word)
    await shell.ask('click', 'button', 'Restore…')
    await shell.ask('click', 'button', 'Replace everything')
    await expect.poll(() => shell.ask('text'), soon).toContain('Restored, as it was on')
    expect(await page(shell)).not.toContain(folder)
    expect((await dialogs(shell)).at(-1)).toEqual({
      what: 'open',
      options: {
        title: 'Choose a backup',
        filters: [
          { name: 'Plugboard backup', extensions: ['backup'] },
          { name: 'All files', extensions: ['*'] }
        ],
        properties: ['openFile', 'dontAddToRecent']
      }
    })
  })

  test('a page can name no file: neither one to be written, nor one to be read or changed', patience, async () => {
    const [shell, folder] = [await settings(), newFolder()]
    const [wanted, mine] = [join(folder, 'wanted.backup'), join(folder, 'mine.backup')]
    const order = { passphrase: word, withSecrets: true, file: wanted, mayReplace: true, fileName: wanted }
    expect(await call(shell, 'saveAs', order), 'the dialog was closed').toBeNull()
    expect(await call(shell, 'save', order)).toMatchObject({ fileName: expect.not.stringContaining('wanted') })
    expect(existsSync(wanted)).toBe(false)
    writeFileSync(mine, 'of the person')
    for (const id of [mine, `file://${mine}`, '../mine.backup', '']) {
      expect([id, await call(shell, 'restore', { id, passphrase: word })]).toEqual([id, 'not-found'])
    }
    await shell.ask('willPick', mine)
    const chosen = (await call(shell, 'choose', { file: wanted })) as { id: string; fileName: string }
    expect(chosen).toEqual({ id: expect.stringMatching(/^\w{16}$/), fileName: 'mine.backup' })
    expect(await call(shell, 'read', { id: chosen.id, position: 0 })).toBe('not-found')
    expect(await call(shell, 'put', { id: chosen.id, base64: 'eA==' })).toBe('not-found')
    expect(await call(shell, 'restore', { id: chosen.id, passphrase: word })).toBe('backup-damaged')
    expect(readFileSync(mine, 'utf8')).toBe('of the person')
    for (const { options } of await dialogs(shell)) expect(JSON.stringify(options)).not.toContain('wanted')
  })

  test('a page cannot pile dialogs up, nor ask while its window is hidden', patience, async () => {
    const [shell, folder] = [await settings(), newFolder()]
    await shell.ask('keepDialogsOpen')
    const first = call(shell, 'choose')
    await expect.poll(async () => (await dialogs(shell)).length, soon).toBe(1)
    expect(await call(shell, 'choose')).toBeNull()
    expect(await call(shell, 'saveAs', { passphrase: word, withSecrets: true })).toBeNull()
    await shell.ask('pickNow', join(folder, 'x.backup'))
    expect(await first).toMatchObject({ fileName: 'x.backup' })
    expect(await dialogs(shell)).toHaveLength(1)
    await shell.ask('hideWindow')
    expect(await call(shell, 'choose')).toBeNull()
    expect(await dialogs(shell)).toHaveLength(1)
  })

  test('a page that is gone when the dialog is answered has nothing made', patience, async () => {
    const [shell, folder] = [await settings(), newFolder()]
    await typeWord(shell)
    await shell.ask('keepDialogsOpen')
    await shell.ask('click', 'button', 'Save the backup…')
    await expect.poll(async () => (await dialogs(shell)).length, soon).toBe(1)
    await shell.ask('reload')
    await expect.poll(() => shell.ask('text'), soon).toContain('Make a backup')
    await shell.ask('pickNow', join(folder, 'late.backup'))
    // A backup that somebody does ask for comes after it.
    await typeWord(shell)
    await shell.ask('willPick', join(folder, 'asked.backup'))
    await shell.ask('click', 'button', 'Save the backup…')
    await expect.poll(() => shell.ask('text'), soon).toContain('asked.backup is saved')
    expect(readdirSync(folder)).toEqual(['asked.backup'])
  })
})
