import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'

// What an account does on its own, as a person sees it: what waited while the provider was away is offered, and reviewed.

const whyNot = whyNoChromium()
const { fields, secrets } = sandboxCredentials
const later = 'https://crm.example.com/later'

describe.skipIf(whyNot !== undefined)(`schedules in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await startSimulator()
  })
  afterAll(() => simulator?.stop())

  const { page, complaints, button, goTo } = appPage({ name: 'schedule', env: { PLUGBOARD_VAULT: 'session' } })
  beforeAll(addAccount)

  test('how often it looks is chosen, and when it looks next is said', async () => {
    await page().getByRole('combobox', { name: 'Look for changes at the provider' }).click()
    await page().getByRole('option', { name: 'Every hour' }).click()
    await onItsOwn()
      .getByText(/^Looks next in (1 h|5\d min)/)
      .waitFor()
    const alone = page().getByRole('switch', { name: 'Send waiting edits once the provider answers again' })
    expect(await alone.isChecked()).toBe(false)
    expect(await onItsOwn().textContent()).toContain('Deletions, conflicts and whatever needs a confirmation wait')
  })

  test('what could not be sent waits, is offered when the provider answers again, and is reviewed and sent', async () => {
    await simulator.kill()
    await edit('Missed call', later)
    await review()
    await button(/^Apply/).click()
    await page().getByRole('status').getByText('Not everything could be applied').waitFor()
    await goTo('Accounts')
    await page().getByRole('link', { name: 'Shop' }).click()
    await onItsOwn().getByText('1 change waits until Exotel answers again.').waitFor()
    await simulator.restart()
    // The first probes come within seconds of each other.
    const offer = page().getByRole('main').getByRole('status').getByText('Exotel answers again: 1 change waits.')
    await offer.waitFor({ timeout: 45_000 })
    expect((await simulator.settings())['missedCall']).not.toBe(later)
    await button('Review').click()
    await button(/^Apply/).click()
    await page().getByRole('status').getByText('Applied', { exact: true }).waitFor({ timeout: 30_000 })
    expect(await simulator.settings()).toMatchObject({ missedCall: later })
    await goTo('Profiles')
    await offer.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  })

  const onItsOwn = () => page().getByRole('region', { name: 'Automatically' })

  async function addAccount(): Promise<void> {
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
    await page().locator('input[type=password]').fill(secrets.appSecret)
    await button('Add').click()
    await page().getByRole('complementary', { name: 'Shop' }).getByRole('button', { name: 'Pull' }).click()
    await page()
      .getByText(/4 profiles read/)
      .waitFor()
  }

  async function edit(title: string, value: string): Promise<void> {
    await goTo('Profiles')
    await page().getByRole('link', { name: title, exact: true }).click()
    await page().getByRole('textbox', { name: 'Web address', exact: true }).fill(value)
    await button('Save').click()
    await expect.poll(() => button('Save').isDisabled(), { timeout: 15_000 }).toBe(true)
  }

  async function review(): Promise<void> {
    await goTo('Plan')
    await button('Review plan').click()
  }
})
