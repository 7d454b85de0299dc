import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'
import { tracesIn } from '../helpers/traces.ts'

// The passphrase file as a person handles it in a real browser: locked, unlocked, with another passphrase, moved elsewhere and
// back. PLUGBOARD_SCREENSHOTS names a folder that gets pictures of the way, in light and dark.

const whyNot = whyNoChromium()
const passphrase = 'Canary-Passphrase-51'
const newPassphrase = 'Canary-Passphrase-52'

describe.skipIf(whyNot !== undefined)(`the vault in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, folder, complaints, button, goTo, picture } = appPage({
    name: 'vault',
    viewport: { width: 1280, height: 900 }
  })

  test('a passphrase file is chosen; its lock and its passphrase are in the settings', async () => {
    await page().getByRole('radio', { name: 'Passphrase file' }).click()
    const field = page().locator('input[type=password]')
    await field.fill('sevenof')
    await button('Try it with the sandbox').click()
    await page().getByText('The passphrase needs 8 characters or more').waitFor()
    expect(await page().getByRole('alert').count(), 'it is said beside the field alone').toBe(0)
    await picture('too-short')
    await field.fill(passphrase)
    await button('Try it with the sandbox').click()
    await vaultIs('Passphrase file')
    await goTo('Settings')
    await page().getByRole('combobox', { name: 'Lock by itself' }).click()
    await page().getByRole('option', { name: 'After 15 minutes' }).click()
    await expect
      .poll(() => page().getByRole('combobox', { name: 'Lock by itself' }).inputValue())
      .toBe('After 15 minutes')
    await picture('settings')
  })

  test('locked, it says so on every screen, and is unlocked right there', async () => {
    await button('Lock now').click()
    await vaultIs('Passphrase file: locked')
    await picture('locked')
    await goTo('Profiles')
    await button('Passphrase file: locked').click()
    const form = page().getByRole('form', { name: 'Unlock' })
    await form.locator('input[type=password]').fill('not it')
    await form.getByRole('button', { name: 'Unlock' }).click()
    await form.getByText('The passphrase is wrong').waitFor()
    await picture('unlock')
    await form.locator('input[type=password]').fill(passphrase)
    await form.getByRole('button', { name: 'Unlock' }).click()
    await vaultIs('Passphrase file')
    await expect.poll(() => form.count()).toBe(0)
  })

  test('the passphrase is changed, the old one asked for again', async () => {
    await goTo('Settings')
    await button('Change the passphrase').click()
    const form = page().getByRole('form', { name: 'Change the passphrase' })
    const fill = async (old: string, again: string) => {
      await form.getByLabel('Passphrase that it has now').fill(old)
      await form.getByLabel(/^New passphrase/).fill(newPassphrase)
      await form.getByLabel('The new passphrase again').fill(again)
    }
    await fill('not it', 'something else')
    await form.getByText('This is not the same as above.').waitFor()
    expect(await form.getByRole('button', { name: 'Change it' }).isDisabled()).toBe(true)
    await fill('not it', newPassphrase)
    await form.getByRole('button', { name: 'Change it' }).click()
    await form.getByText('The old passphrase is wrong').waitFor()
    await picture('passphrase')
    await fill(passphrase, newPassphrase)
    await form.getByRole('button', { name: 'Change it' }).click()
    await page().getByText('The passphrase was changed.').waitFor()
    await button('Lock now').click()
    const vault = page().getByRole('form', { name: 'Vault' })
    await vault.locator('input[type=password]').fill(newPassphrase)
    await vault.getByRole('button', { name: 'Unlock' }).click()
    await vaultIs('Passphrase file')
  })

  test('secrets are moved to another vault after a question, and back; the session is marked on every screen', async () => {
    await page().getByRole('radio', { name: 'This session only' }).click()
    await button('Move 1 secret there').click()
    await page().getByText('They are forgotten when Plugboard closes').waitFor()
    await picture('move')
    await button('Move').click()
    await page().getByText('Moved 1 secret to “This session only”.').waitFor()
    await vaultIs('Secrets: this session only')
    await picture('session')
    await page().getByRole('radio', { name: 'Passphrase file' }).click()
    // The file went with its last secret: this is a new one.
    expect(existsSync(join(folder(), 'data', 'vault.json'))).toBe(false)
    await page().getByRole('form', { name: 'Vault' }).locator('input[type=password]').fill(newPassphrase)
    await button('Move 1 secret there').click()
    await button('Move').click()
    await page().getByText('Moved 1 secret to “Passphrase file”.').waitFor()
    await vaultIs('Passphrase file')
    expect(complaints).toEqual([])
    expect([passphrase, newPassphrase].flatMap(phrase => tracesIn(join(folder(), 'data'), phrase))).toEqual([])
  })

  const vaultIs = (text: string) => page().getByRole('banner').getByText(text, { exact: true }).waitFor()
})
