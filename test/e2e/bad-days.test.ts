import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'
import { nameless } from '../helpers/nameless.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'
import { tracesIn } from '../helpers/traces.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'

// What goes wrong on other days, as a person meets it in a real browser: somebody else edits at the provider, credentials
// expire, the provider refuses or is away, and the vault is locked after a restart. Each ends with everything mended.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }
const passphrase = 'correct horse battery staple'
const { fields, secrets } = sandboxCredentials

describe.skipIf(whyNot !== undefined)(`bad days in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator()
  })
  afterAll(() => simulator?.stop())

  const { page, folder, complaints, button, row, goTo, stop, start } = appPage({ name: 'bad-days' })

  test('an account that was entered by hand is tested and pulled, with its secret in a passphrase file', async () => {
    await page().getByRole('radio', { name: 'Passphrase file' }).click()
    await secretInput().fill(passphrase)
    await button('Add an account').click()
    const provider = page().getByRole('radio', { name: 'Exotel' })
    if ((await provider.getAttribute('aria-checked')) !== 'true') await provider.click()
    await page().getByRole('textbox', { name: 'Name' }).fill('Shop')
    await page().getByRole('combobox', { name: 'Address of the provider' }).click()
    await page()
      .getByRole('option', { name: /Another address/ })
      .click()
    await page().getByRole('textbox', { name: 'Base URL' }).fill(simulator.url)
    await page().getByRole('textbox', { name: 'App ID' }).fill(fields.appId)
    await secretInput().fill(secrets.appSecret)
    await button('Add').click()
    await button('Test').click()
    await panel('Shop').getByText('Ready', { exact: true }).waitFor()
    await panel('Shop').getByRole('button', { name: 'Pull' }).click()
    await page()
      .getByText(/4 profiles read/)
      .waitFor()
    await vaultIs('Passphrase file')
    expect(await panel('Shop').textContent()).toContain('1 secret, kept in the vault')
  })

  test('what somebody changed at the provider waits for a decision', async () => {
    await simulator.control('PUT', 'settings', { Key: 'popup', Value: 'https://crm.example.com/drift' })
    await pull()
    await stateOf('Incoming call pop-up', 'Changed there')
    await open('Incoming call pop-up')
    await button('Take theirs').click()
    await stateOf('Incoming call pop-up', 'In sync')
    expect(await address().inputValue()).toBe('https://crm.example.com/drift')
  })

  test('a conflict is held back, and ends with a value that neither side had', async () => {
    await edit('Incoming call pop-up', 'https://crm.example.com/mine')
    await simulator.control('PUT', 'settings', { Key: 'popup', Value: 'https://crm.example.com/theirs' })
    await pull()
    await stateOf('Incoming call pop-up', 'Conflict')
    await review()
    expect(await page().getByRole('main').textContent()).toContain('Conflict: Incoming call pop-up')
    expect(await button(/^Apply/).count()).toBe(0)
    await page().getByRole('link', { name: 'Decide' }).click()
    await button('Another value…').click()
    const own = page().getByRole('textbox', { name: 'Another value for Web address' })
    await own.fill('neither an address')
    await button('Use this value').click()
    await expect.poll(() => own.getAttribute('aria-invalid'), soon).toBe('true')
    await own.fill('https://crm.example.com/both')
    await button('Use this value').click()
    await stateOf('Incoming call pop-up', 'Edited')
    await apply('Applied')
    expect(await simulator.settings()).toMatchObject({ popup: 'https://crm.example.com/both' })
  })

  test('a refusal stands beside its field until the value is corrected', async () => {
    await edit('Missed call', 'https://crm.example.com/refused')
    await fault({ type: 'status', status: 400, message: 'This address is not allowed' }, { method: 'POST' })
    await apply('Not everything could be applied')
    await goTo('Profiles')
    await open('Missed call')
    await expect.poll(() => address().getAttribute('aria-invalid'), soon).toBe('true')
    expect(await panel('Missed call').textContent()).toContain('This address is not allowed')
    await review()
    expect(await page().getByRole('main').textContent()).toContain('This address is not allowed')
    await edit('Missed call', 'https://crm.example.com/allowed')
    expect(await address().getAttribute('aria-invalid')).not.toBe('true')
    await apply('Applied')
  })

  test('an account whose credentials are rejected is parked until they are entered again', async () => {
    await goTo('Accounts')
    await page().getByRole('link', { name: 'Shop' }).click()
    await enterSecret('not the secret')
    await button('Test').click()
    await panel('Shop').getByText('Parked', { exact: true }).waitFor()
    await edit('Missed call', 'https://crm.example.com/parked')
    await review()
    expect(await page().getByRole('main').textContent()).toContain('Held back: Missed call')
    await page().getByRole('link', { name: 'Open the account' }).click()
    await enterSecret(secrets.appSecret)
    await button('Test').click()
    await panel('Shop').getByText('Ready', { exact: true }).waitFor()
    await apply('Applied')
    expect(await simulator.settings()).toMatchObject({ missedCall: 'https://crm.example.com/parked' })
  })

  test('while the provider is away edits and plans go on, apply says why it cannot, and later it can', async () => {
    await fault({ type: 'reset-before' }, {}, 1000)
    await edit('Missed call', 'https://crm.example.com/later')
    await apply('Not everything could be applied')
    await page().getByRole('alert').first().waitFor()
    expect(await page().getByRole('main').textContent()).toContain('0 requests sent')
    await page().reload()
    await page()
      .getByText(/Last run/)
      .waitFor()
    await simulator.control('DELETE', 'faults')
    await apply('Applied')
    expect(await simulator.settings()).toMatchObject({ missedCall: 'https://crm.example.com/later' })
  })

  test('a delete is sent once its name was typed, and what is left out is not', async () => {
    await edit('Missed call', 'https://crm.example.com/left-out')
    await open('crmTheme')
    await panel('crmTheme').getByRole('button', { name: 'Delete' }).click()
    await stateOf('crmTheme', 'To be deleted')
    await review()
    await page().getByRole('checkbox', { name: 'Send: Change Missed call' }).uncheck()
    expect(await button(/^Apply/).isDisabled()).toBe(true)
    await page()
      .getByRole('textbox', { name: /crmTheme/ })
      .fill('crmtheme')
    expect(await button(/^Apply/).isDisabled()).toBe(true)
    await page()
      .getByRole('textbox', { name: /crmTheme/ })
      .fill('crmTheme')
    await button(/^Apply/).click()
    await outcome('Applied')
    const settings = await simulator.settings()
    expect(settings).not.toHaveProperty('crmTheme')
    expect(settings).toMatchObject({ missedCall: 'https://crm.example.com/later' })
    await stateOf('Missed call', 'Edited')
  })

  test('after a restart the vault is locked: editing goes on, and applying once it is unlocked', async () => {
    await stop()
    await page().getByText('Connection lost').waitFor()
    await start()
    await vaultIs('Passphrase file: locked')
    await edit('Missed call', 'https://crm.example.com/unlocked')
    await apply('Not everything could be applied')
    await page()
      .getByRole('main')
      .getByRole('link', { name: /settings of the vault/ })
      .click()
    await vaultSecret().fill('not the passphrase')
    await button('Unlock').click()
    await page().getByText('The passphrase is wrong').waitFor()
    await vaultSecret().fill(passphrase)
    await button('Unlock').click()
    await vaultIs('Passphrase file')
    await apply('Applied')
    expect(await simulator.settings()).toMatchObject({ missedCall: 'https://crm.example.com/unlocked' })
  })

  test('every control has a name, the page made no mistake, and no secret is in the data folder', async () => {
    for (const screen of ['Accounts', 'Profiles', 'Plan', 'Callbacks', 'History', 'Settings']) {
      await goTo(screen)
      await page().getByRole('heading', { level: 1, name: screen }).waitFor()
      expect({ screen, nameless: await page().evaluate(nameless) }).toEqual({ screen, nameless: [] })
    }
    expect(complaints).toEqual([])
    expect(tracesIn(join(folder(), 'data'), secrets.appSecret)).toEqual([])
    expect(tracesIn(join(folder(), 'data'), passphrase)).toEqual([])
  })

  const panel = (name: string) => page().getByRole('complementary', { name })
  const address = () => page().getByRole('textbox', { name: 'Web address', exact: true })
  const secretInput = () => page().locator('input[type=password]')
  const vaultSecret = () => page().getByRole('form', { name: 'Vault' }).locator('input[type=password]')
  const vaultIs = (text: string) => page().getByRole('banner').getByText(text, { exact: true }).waitFor()

  async function stateOf(title: string, state: string): Promise<void> {
    await goTo('Profiles')
    await row(title).getByText(state).waitFor()
    await open(title)
  }

  async function open(title: string): Promise<void> {
    await page().getByRole('link', { name: title, exact: true }).click()
    await panel(title).waitFor()
  }

  async function edit(title: string, value: string): Promise<void> {
    await goTo('Profiles')
    await open(title)
    await address().fill(value)
    await button('Save').click()
    await expect.poll(() => button('Save').isDisabled(), soon).toBe(true)
  }

  async function pull(): Promise<void> {
    await goTo('Profiles')
    await button('Pull').click()
  }

  async function enterSecret(secret: string): Promise<void> {
    await button('Edit').click()
    await button('Replace App secret').click()
    await secretInput().fill(secret)
    await button('Save').click()
    await button('Test').waitFor()
  }

  async function review(): Promise<void> {
    await goTo('Plan')
    await button('Review plan').click()
    await expect.poll(() => button('Review plan').getAttribute('data-loading'), soon).toBeNull()
    await page()
      .getByText(/Held back|Conflict:|Nothing to send|\d changes?\b/)
      .first()
      .waitFor()
  }

  async function apply(expected: string): Promise<void> {
    await review()
    await button(/^Apply/).click()
    await outcome(expected)
  }

  async function outcome(expected: string): Promise<void> {
    await page().getByRole('status').getByText(expected, { exact: true }).waitFor({ timeout: 30_000 })
  }

  async function fault(what: Record<string, unknown>, match: Record<string, string>, times = 1): Promise<void> {
    await simulator.control('POST', 'faults', { match, times, fault: what })
  }
})
