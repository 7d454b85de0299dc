import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'
import { tracesIn } from '../helpers/traces.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'

// The main job as a newcomer does it in a real browser: sandbox account, offline edit, plan, apply, seen at the simulator,
// its callback caught. PLUGBOARD_SCREENSHOTS names a folder that gets pictures of the way, in light and dark.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }

describe.skipIf(whyNot !== undefined)(`the main job in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, folder, complaints, button, row, goTo, picture, sandboxUrl } = appPage({ name: 'main' })

  async function atSimulator(): Promise<Record<string, string>> {
    const answer = await fetch(`${await sandboxUrl('exotel')}/__sandbox/state`)
    const state = (await answer.json()) as { values: Record<string, string> }
    return state.values
  }

  test('the welcome screen offers the sandbox, and its data is there at once', async () => {
    await page().getByRole('heading', { name: 'Welcome to Plugboard' }).waitFor()
    await picture('1-welcome')
    await button('Try it with the sandbox').click()
    await row('Incoming call pop-up').waitFor()
    expect(await row('Incoming call pop-up').textContent()).toContain('In sync')
    expect(await page().getByRole('banner').textContent()).toContain('this session only')
    await picture('2-profiles')
  })

  test('an edit is saved here and nothing is sent', async () => {
    await page().getByRole('link', { name: 'Incoming call pop-up' }).click()
    await page().getByRole('textbox', { name: 'Web address' }).fill('https://crm.example.com/edited')
    await button('Save').click()
    await expect.poll(() => row('Incoming call pop-up').textContent(), soon).toContain('Edited')
    await picture('3-edited')
    expect(await atSimulator()).toMatchObject({ popup: 'https://crm.example.com/popup' })
  })

  test("a value that is not valid is refused beside its field, in the provider's words or ours", async () => {
    await goTo('Profiles')
    await page().getByRole('link', { name: 'Missed call' }).click()
    await page().getByRole('textbox', { name: 'Web address' }).fill('not an address')
    await button('Save').click()
    await expect
      .poll(() => page().getByRole('textbox', { name: 'Web address' }).getAttribute('aria-invalid'), soon)
      .toBe('true')
    await picture('4-refused')
    await page().getByRole('textbox', { name: 'Web address' }).fill('https://crm.example.com/missed')
    await button('Close').first().click()
  })

  test("a new setting takes the listener's address", async () => {
    await goTo('Profiles')
    await button('New profile').click()
    await picture('5-new')
    await chooseKey('Outbound call status')
    await button('Use listener address').click()
    await expect
      .poll(() => page().getByRole('textbox', { name: 'Web address' }).inputValue(), soon)
      .toMatch(/127\.0\.0\.1.*\/in\//)
    await button('Create').click()
    await row('Outbound call status').waitFor()
    expect(await row('Outbound call status').textContent()).toContain('New')
  })

  test('the plan shows field by field what would be sent, and apply sends exactly that', async () => {
    await goTo('Plan')
    await button('Review plan').click()
    await page().getByText('https://crm.example.com/edited').waitFor()
    expect(await page().getByRole('main').textContent()).toContain('https://crm.example.com/popup')
    await picture('6-plan')
    await button(/^Apply/).click()
    await page()
      .getByText(/Applied/)
      .first()
      .waitFor()
    await picture('7-applied')
    const values = await atSimulator()
    expect(values).toMatchObject({ popup: 'https://crm.example.com/edited' })
    expect(values['callback']).toContain('/in/')
    await goTo('Profiles')
    await expect.poll(() => row('Incoming call pop-up').textContent(), soon).toContain('In sync')
  })

  test("the simulator's call is caught live and decoded", async () => {
    await goTo('Callbacks')
    await button(/sandbox place a call/).click()
    await page()
      .getByText(/is over/)
      .first()
      .waitFor()
    await picture('8-callbacks')
    await page()
      .getByText(/is over/)
      .first()
      .click()
    await page().getByText('CallSid').first().waitFor()
    expect(await page().getByRole('complementary').textContent()).toContain('+919812345678')
    await picture('9-callback')
  })

  test('history tells both edits and both applied changes', async () => {
    await goTo('History')
    await page().getByText('https://crm.example.com/edited').first().waitFor()
    expect(await page().getByRole('main').textContent()).toMatch(
      /Incoming call pop-up[\s\S]*Outbound call status|Outbound call status[\s\S]*Incoming call pop-up/
    )
    await picture('10-history')
    await goTo('Settings')
    await picture('11-settings')
    await goTo('Accounts')
    await picture('12-accounts')
  })

  test('the page complained of nothing, and the secret is nowhere in the data folder', async () => {
    expect(complaints).toEqual([])
    expect(tracesIn(join(folder(), 'data'), sandboxCredentials.secrets.appSecret)).toEqual([])
  })

  async function chooseKey(label: string): Promise<void> {
    await page().getByRole('combobox', { name: 'Key' }).click()
    await page().getByRole('option', { name: label }).click()
  }
})
