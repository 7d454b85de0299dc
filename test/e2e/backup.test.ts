import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'

// A backup as a person makes it in the browser, and the way back from it. The tests build on each other.

const whyNot = whyNoChromium()
const word = 'the word of the backup'

describe.skipIf(whyNot !== undefined)(`backups in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, folder, complaints, button, goTo, picture } = appPage({
    name: 'backup',
    viewport: { width: 1280, height: 1100 },
    args: ['--sandbox'],
    env: { PLUGBOARD_VAULT: 'session' }
  })
  let file = ''

  beforeAll(settings)

  async function settings(): Promise<void> {
    await goTo('Settings')
    await page().getByRole('heading', { name: 'Make a backup' }).waitFor()
  }
  const making = () => page().getByRole('form', { name: 'Make a backup' })
  const restoring = () => page().getByRole('form', { name: 'Restore a backup' })

  async function typeWord(): Promise<void> {
    await making().getByLabel('Passphrase', { exact: true }).fill(word)
    await making().getByLabel('Repeat the passphrase').fill(word)
  }

  test('without secrets it is a download, once the same passphrase was typed twice', async () => {
    const download = button('Download the backup')
    await making().getByLabel('Passphrase', { exact: true }).fill(word)
    expect(await download.isEnabled()).toBe(false)
    await making().getByLabel('Repeat the passphrase').fill('another one')
    await making().getByText('This is another one.').waitFor()
    await typeWord()
    const [taken] = await Promise.all([page().waitForEvent('download'), download.click()])
    expect(taken.suggestedFilename()).toMatch(/^plugboard-.*\.backup$/)
    file = join(folder(), taken.suggestedFilename())
    await taken.saveAs(file)
    expect(await making().getByLabel('Passphrase', { exact: true }).inputValue()).toBe('')
  })

  test('with secrets it stays in the data folder, and its place is shown', async () => {
    await typeWord()
    await page().getByLabel('With the secrets of all accounts').check()
    await button('Save the backup').click()
    await page()
      .getByText(/^Saved with \d+ secret/)
      .waitFor()
    const [name = ''] = await readdir(join(folder(), 'data', 'backups'))
    await page().getByText(name).waitFor()
    expect(name).toMatch(/\.backup$/)
    await picture('made')
  })

  test('a wrong passphrase is named, and the right one brings everything back', async () => {
    await goTo('Accounts')
    await page()
      .getByRole('link', { name: /sandbox/i })
      .first()
      .click()
    await button('Remove this account').click()
    await page()
      .getByRole('dialog')
      .getByRole('button', { name: /Remove/ })
      .click()
    await page().getByRole('dialog').waitFor({ state: 'detached' })
    // Without an account it is as at the first visit.
    await button('Restore a backup').click()
    await page().getByRole('heading', { name: 'Make a backup' }).waitFor()
    await restoring().locator('input[type=file]').setInputFiles(file)
    await restoring().getByLabel('Its passphrase').fill('a wrong passphrase')
    await restoring().getByRole('button', { name: 'Restore…' }).click()
    const dialog = page().getByRole('dialog')
    await dialog.getByRole('button', { name: 'Replace everything' }).click()
    await dialog.getByText('The passphrase is not the one of this backup').waitFor()
    await picture('refused')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await restoring().getByLabel('Its passphrase').fill(word)
    await restoring().getByRole('button', { name: 'Restore…' }).click()
    await dialog.getByRole('button', { name: 'Replace everything' }).click()
    await page()
      .getByText(/^Restored, as it was on/)
      .waitFor()
    await picture('restored')
    await button('Show it').click()
    await goTo('Accounts')
    await page()
      .getByRole('link', { name: /sandbox/i })
      .first()
      .waitFor()
    expect(complaints).toEqual([])
  })
})
