import { beforeAll, describe, expect, test } from 'vitest'
import { appPage } from '../helpers/app-page.ts'
import { whyNoChromium } from '../helpers/chromium.ts'

// History, policies, conflicts and a run that waits, in a real browser against the sandbox; the tests build on each other.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }
const site = 'https://crm.example.com'

describe.skipIf(whyNot !== undefined)(`looking back in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  const { page, complaints, button, row, goTo, picture, sandboxUrl } = appPage({ name: 'looking-back' })

  beforeAll(async () => {
    await button('Try it with the sandbox').click()
    await row('Incoming call pop-up').waitFor()
  })

  const entry = (name: string) => page().getByRole('list', { name: 'History' }).getByRole('listitem', { name }).first()
  const chip = () =>
    page()
      .getByRole('banner')
      .getByRole('button', { name: /conflict/ })

  async function atSimulator(method: string, path: string, body: unknown): Promise<void> {
    const url = await sandboxUrl('exotel')
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/__sandbox/${path}`, { method, headers, body: JSON.stringify(body) })
    expect(answer.ok).toBe(true)
  }

  async function expectState(title: string, state: RegExp): Promise<void> {
    await expect.poll(() => row(title).textContent(), soon).toMatch(state)
  }

  async function open(title: string): Promise<void> {
    await goTo('Profiles')
    await page().getByRole('link', { name: title }).click()
  }

  async function edit(title: string, value: string): Promise<void> {
    await open(title)
    await page().getByRole('textbox', { name: 'Web address' }).fill(value)
    await button('Save').click()
    await expectState(title, /Edited|Conflict/)
  }

  test('the last edit is undone from the history, which says who made it', async () => {
    await edit('Incoming call pop-up', `${site}/edited`)
    await goTo('History')
    expect(await entry('Edited here: Incoming call pop-up').textContent()).toContain('browser tab')
    await picture('1-undo')
    await entry('Edited here: Incoming call pop-up').getByRole('button', { name: 'Undo' }).click()
    await entry('Rolled back: Incoming call pop-up').waitFor()
    await goTo('Profiles')
    await expectState('Incoming call pop-up', /In sync/)
  })

  test('any two points of a profile are compared', async () => {
    await goTo('History')
    await page().getByRole('combobox', { name: 'Profile' }).click()
    await page().getByRole('option', { name: 'Incoming call pop-up' }).click()
    const compare = page().getByRole('region', { name: 'Compare' })
    await expect.poll(() => compare.textContent(), soon).toContain(`${site}/popup`)
    await compare.getByRole('combobox', { name: 'From' }).click()
    await page()
      .getByRole('option', { name: /found there/ })
      .click()
    await expect.poll(() => compare.textContent(), soon).toContain('No difference')
    await compare.getByRole('combobox', { name: 'From' }).click()
    await page().getByRole('option', { name: 'Before everything' }).click()
    await expect.poll(() => compare.textContent(), soon).toContain(`${site}/popup`)
    await picture('2-compare')
  })

  test('a profile that is gone is listed with its history and made again from it', async () => {
    await goTo('Profiles')
    await button('New profile').click()
    await page().getByRole('combobox', { name: 'Key' }).click()
    await page().getByRole('option', { name: 'Outbound call status' }).click()
    await page().getByRole('textbox', { name: 'Web address' }).fill(`${site}/status`)
    await button('Create').click()
    await expectState('Outbound call status', /New/)
    await open('Outbound call status')
    await button('Delete').click()
    await row('Outbound call status').waitFor({ state: 'detached' })
    await goTo('History')
    await page().getByRole('heading', { name: 'No longer here' }).waitFor()
    await picture('3-gone')
    await button('Restore Outbound call status').click()
    await goTo('Profiles')
    await expectState('Outbound call status', /New/)
    await open('Outbound call status')
    await button('Delete').click()
  })

  test('a policy is chosen from the difference itself, and taken back there', async () => {
    await atSimulator('PUT', 'settings', { Key: 'popup', Value: `${site}/theirs` })
    await goTo('Profiles')
    await button('Pull').click()
    await expectState('Incoming call pop-up', /Changed there/)
    await open('Incoming call pop-up')
    await button(/When .* changes there: Ask me/).click()
    await page()
      .getByRole('menuitem', { name: /Follow the provider/ })
      .waitFor()
    await picture('4-policy')
    await page()
      .getByRole('menuitem', { name: /Follow the provider/ })
      .click()
    await expectState('Incoming call pop-up', /In sync/)
    await button(/When .* changes there: Follow/).waitFor()
    await picture('5-followed')
    await goTo('History')
    await page().getByRole('list', { name: 'History' }).getByText('Follow the provider').first().waitFor()
    await picture('6-policy-history')
  })

  test('the count of conflicts is on every screen and leads to them; an own value is judged by its field', async () => {
    await edit('Missed call', `${site}/mine`)
    await atSimulator('PUT', 'settings', { Key: 'missedCall', Value: `${site}/theirs` })
    await button('Pull').click()
    await expectState('Missed call', /Conflict/)
    for (const screen of ['Settings', 'Callbacks', 'Plan']) {
      await goTo(screen)
      expect(await chip().getAttribute('aria-label')).toBe('1 conflict to decide')
    }
    await page().setViewportSize({ width: 400, height: 800 })
    expect(await chip().getByText('1', { exact: true }).isVisible()).toBe(true)
    await picture('7-narrow')
    await page().setViewportSize({ width: 1280, height: 800 })
    await chip().click()
    await page()
      .getByRole('menuitem', { name: /Missed call/ })
      .waitFor()
    await picture('7-conflicts')
    await page()
      .getByRole('menuitem', { name: /Missed call/ })
      .click()
    await button('Another value…').click()
    const own = page().getByRole('textbox', { name: /Another value for/ })
    await own.fill('nowhere')
    await button('Use this value').click()
    await expect.poll(() => own.getAttribute('aria-invalid'), soon).toBe('true')
    await picture('8-own-value')
  })

  test('a conflict keeps nothing else from being sent, and a run that waits says for what, until when, and goes on', async () => {
    await edit('Incoming call pop-up', `${site}/sent`)
    const slow = { match: { method: 'POST' }, times: 1, fault: { type: 'status', status: 429, retryAfter: '40' } }
    await atSimulator('POST', 'faults', slow)
    await goTo('Plan')
    await button('Review plan').click()
    await button(/^Apply/).click()
    await page()
      .getByText(/Waiting until \d\d:\d\d:\d\d: .*429/)
      .waitFor()
    expect(await page().getByRole('main').textContent()).toContain('1 request')
    await picture('9-waiting')
    const other = await page().context().newPage()
    await other.goto(page().url())
    await other.getByText(/1 request sent, by another window or command/).waitFor()
    await other.getByText(/Waiting until .*429/).waitFor()
    await other.close()
    await goTo('Callbacks')
    await page().getByRole('banner').getByRole('link', { name: 'Waiting 0 of 1' }).click()
    await button('Cancel').click()
    await button('Go on with the rest').waitFor()
    await picture('10-resume')
    await button('Go on with the rest').click()
    await button(/^Apply/).click()
    await expect.poll(() => page().getByRole('main').textContent(), soon).toMatch(/Applied.*1 done/)
    expect(await chip().getAttribute('aria-label')).toBe('1 conflict to decide')
    await open('Missed call')
    await button('Keep mine').click()
    await chip().waitFor({ state: 'detached' })
    await expectState('Missed call', /Edited/)
    expect(complaints).toEqual([])
  })
})
