import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'
import { heapOf, paste } from '../helpers/heap.ts'
import { isPieceIn, isTraceIn } from '../helpers/traces.ts'

// Each form that takes a secret, looked at while it is still there: once the secret was sent, accepted or refused, its field is
// empty, also when a lock brings it back. At the end the page's memory has none of them. (While a form is there, React keeps
// what it was drawn with before.) The tests build on each other.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }
const minute = 60_000
const newSecret = () => randomBytes(24).toString('base64url')
/** Too short for a new passphrase, and nothing that a page would say by itself. */
const newShort = () => `Q${randomBytes(3).toString('hex')}`

describe.skipIf(whyNot !== undefined)(`forms that take secrets${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, folder, button, goTo } = appPage({ name: 'canary-forms', viewport: { width: 1280, height: 1000 } })
  const form = (name: string) => page().getByRole('form', { name, exact: true })
  const secretFields = (within: Locator) => within.locator('input[type=password]')
  const submit = (name: string, label: string) => form(name).getByRole('button', { name: label }).click()
  let passphrase = newSecret()

  const sent: string[] = []

  /** By the page itself: Playwright would hold the input, and with it the whole form, in the page's memory. */
  async function pickFile(path: string): Promise<void> {
    await page().evaluate(
      base64 => {
        const input = document.querySelector<HTMLInputElement>('input[type=file]')
        const files = new DataTransfer()
        files.items.add(new File([Uint8Array.from(atob(base64), one => one.charCodeAt(0))], 'x.backup'))
        if (input) input.files = files.files
        input?.dispatchEvent(new Event('change', { bubbles: true }))
      },
      await readFile(path, 'base64')
    )
  }

  /** No field has anything any more, also one that was hidden meanwhile. What was typed there is looked for at the end. */
  async function expectEmptied(within: Locator, secrets: string[]): Promise<void> {
    const values = () => secretFields(within).evaluateAll(all => all.map(one => (one as HTMLInputElement).value))
    await expect.poll(async () => (await values()).join(''), soon).toBe('')
    sent.push(...secrets)
  }

  test('the first visit: a passphrase that is refused, and one that is taken', { timeout: minute }, async () => {
    const short = newShort()
    await page().getByRole('radio', { name: 'Passphrase file' }).click()
    const main = page().getByRole('main')
    await paste(secretFields(main), short)
    expect(isTraceIn(await heapOf(page()), short), 'the search finds what is typed').toBe(true)
    await page().getByRole('combobox', { name: 'Provider of the sandbox' }).click()
    await page().getByRole('option', { name: 'JFramework' }).click()
    await button('Try it with the sandbox').click()
    await page().getByText('The passphrase needs 8 characters or more').waitFor()
    await expectEmptied(main, [short])
    await paste(secretFields(main), passphrase)
    await button('Try it with the sandbox').click()
    await page().getByRole('link', { name: 'One-time passwords' }).waitFor()
    await expectEmptied(main, [passphrase])
  })

  test('unlocking in the settings: the field that a lock brings back is empty', { timeout: minute }, async () => {
    const wrong = newSecret()
    await goTo('Settings')
    const vault = form('Vault')
    for (const word of [passphrase, wrong]) {
      await button('Lock now').click()
      await secretFields(vault).waitFor()
      await paste(secretFields(vault), word)
      await submit('Vault', 'Unlock')
      if (word === wrong) await vault.getByRole('alert').waitFor()
      else await secretFields(vault).waitFor({ state: 'detached' })
      if (word === passphrase) await button('Lock now').click()
      await secretFields(vault).waitFor()
      await expectEmptied(vault, [word])
      if (word === wrong) break
      await paste(secretFields(vault), word)
      await submit('Vault', 'Unlock')
      await secretFields(vault).waitFor({ state: 'detached' })
    }
  })

  test('unlocking above any screen', { timeout: minute }, async () => {
    const wrong = newSecret()
    await button('Passphrase file: locked').click()
    await paste(secretFields(form('Unlock')), wrong)
    await submit('Unlock', 'Unlock')
    await form('Unlock').getByText('The passphrase is wrong').waitFor()
    await expectEmptied(form('Unlock'), [wrong])
    await paste(secretFields(form('Unlock')), passphrase)
    await submit('Unlock', 'Unlock')
    await form('Unlock').waitFor({ state: 'detached' })
  })

  test('another passphrase: refused for the old one, then taken', { timeout: minute }, async () => {
    const [wrong, next] = [newSecret(), newSecret()]
    await button('Change the passphrase').click()
    const change = form('Change the passphrase')
    const fill = async (old: string) => {
      const fields = await secretFields(change).all()
      for (const [at, text] of [old, next, next].entries()) if (fields[at]) await paste(fields[at], text)
      await submit('Change the passphrase', 'Change it')
    }
    // The dialog puts the cursor there by itself, and would do so in between.
    await expect
      .poll(
        () =>
          secretFields(change)
            .first()
            .evaluate(one => one === document.activeElement),
        soon
      )
      .toBe(true)
    await fill(wrong)
    await change.getByText('The old passphrase is wrong').waitFor()
    await expectEmptied(change, [wrong, next])
    await fill(passphrase)
    await change.waitFor({ state: 'detached' })
    await expectEmptied(page().getByRole('main'), [wrong, next, passphrase])
    passphrase = next
  })

  test('the way of the secrets into the file: a passphrase that is refused, and one that is taken', async () => {
    const [short, next] = [newShort(), newSecret()]
    const move = async () => {
      await button(/^Move \d+ secrets? there$/).click()
      await button('Move').click()
    }
    await page().getByRole('radio', { name: 'This session only' }).click()
    await move()
    await page()
      .getByText(/^Moved \d+ secrets? to “This session only”/)
      .waitFor()
    await page().getByRole('radio', { name: 'Passphrase file' }).click()
    const vault = form('Vault')
    await paste(secretFields(vault), short)
    await move()
    await vault.getByText('The passphrase needs 8 characters or more').waitFor()
    await expectEmptied(vault, [short])
    await paste(secretFields(vault), next)
    await move()
    await page()
      .getByText(/^Moved \d+ secrets? to “Passphrase file”/)
      .waitFor()
    await button('Lock now').click()
    await secretFields(vault).waitFor()
    await expectEmptied(vault, [short, next])
    await paste(secretFields(vault), next)
    await submit('Vault', 'Unlock')
    await secretFields(vault).waitFor({ state: 'detached' })
  }, 90_000)

  test('a secret setting: refused in a new profile and in one that is there, and typed but never saved', async () => {
    const [created, changed, left] = [newSecret(), newSecret(), newSecret()]
    await goTo('Profiles')
    await button('New profile').click()
    const fresh = form('New profile')
    const texts = {
      name: 'Newsletter',
      appIntegrationId: 'x',
      username: 'AC00000000000000000000000000000001',
      phoneNumber: '+12025550123'
    }
    for (const [name, text] of Object.entries(texts)) await fresh.locator(`input[name=${name}]`).fill(text)
    await fresh.getByRole('combobox', { name: 'Status' }).click()
    await page().getByRole('option', { name: 'Inactive' }).click()
    await paste(secretFields(fresh), created)
    await submit('New profile', 'Create')
    await fresh.getByText(/exists already/).waitFor()
    await expectEmptied(fresh, [created])
    await button('Cancel').click()
    await page().getByRole('link', { name: 'One-time passwords' }).click()
    const panel = page().getByRole('complementary', { name: 'One-time passwords' })
    await paste(secretFields(panel), changed)
    await panel.locator('input[name=phoneNumber]').fill('nobody')
    await button('Save').click()
    await panel.locator('input[name=phoneNumber][aria-invalid=true]').waitFor()
    await expectEmptied(panel, [changed])
    await paste(secretFields(panel), left)
    await goTo('History')
    await goTo('Profiles')
    await expectEmptied(page().getByRole('main'), [created, changed, left])
  }, 90_000)

  test('a backup: made, and restored', { timeout: 90_000 }, async () => {
    const word = newSecret()
    await goTo('Settings')
    const making = form('Make a backup')
    await secretFields(making).first().waitFor()
    for (const field of await secretFields(making).all()) await paste(field, word)
    await making.getByText('With the secrets of all accounts').click()
    await submit('Make a backup', 'Save the backup')
    await making.getByText(/^Saved with/).waitFor()
    await expectEmptied(making, [word])
    const folderOfBackups = join(folder(), 'data/backups')
    const [name = ''] = await readdir(folderOfBackups)
    const restoring = form('Restore a backup')
    await pickFile(join(folderOfBackups, name))
    await paste(secretFields(restoring), word)
    await submit('Restore a backup', 'Restore…')
    await button('Replace everything').click()
    await page()
      .getByText(/^Restored, as it was on/)
      .waitFor()
    await expectEmptied(page().getByRole('main'), [word])
  })

  test('none of them is in the memory of the page', { timeout: minute }, async () => {
    // Not by a reload, which would forget everything.
    for (const place of ['Callbacks', 'Accounts', 'Settings', 'Accounts']) await goTo(place)
    const heap = await heapOf(page())
    expect(sent.length).toBeGreaterThan(10)
    expect(sent.filter(secret => isTraceIn(heap, secret) || isPieceIn(heap, secret))).toEqual([])
  })
})
