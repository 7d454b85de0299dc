import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumFlags, chromiumPath, whyNoChromium } from '../helpers/chromium.ts'
import { ensureBuilt } from '../helpers/built.ts'
import { startDoor, type Door } from '../helpers/doors.ts'

// History, policies, conflicts and a run that waits, in a real browser against the sandbox; the tests build on each other.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }
const pictures = process.env['PLUGBOARD_SCREENSHOTS']
const site = 'https://crm.example.com'

describe.skipIf(whyNot !== undefined)(`looking back in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let folder: string
  let door: Door
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plugboard-e2e-'))
    door = startDoor({
      out: await ensureBuilt(),
      door: 'web',
      args: ['--no-open', '--data-dir', join(folder, 'data')],
      env: { HOME: folder, DBUS_SESSION_BUS_ADDRESS: '', PLUGBOARD_VAULT: '' }
    })
    const [, url = ''] = await door.printed(/Plugboard is at (\S+)/)
    browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags })
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
    await page.goto(url)
    await page.getByRole('button', { name: 'Try it with the sandbox' }).click()
    await row('Incoming call pop-up').waitFor()
  })

  afterAll(async () => {
    await browser?.close()
    await door?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const goTo = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click()
  const button = (name: string | RegExp) => page.getByRole('button', { name })
  const row = (title: string) => page.getByRole('row', { name: title })
  const entry = (name: string) => page.getByRole('list', { name: 'History' }).getByRole('listitem', { name }).first()
  const chip = () => page.getByRole('banner').getByRole('button', { name: /conflict/ })

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return
    await mkdir(pictures, { recursive: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), animations: 'disabled' })
    }
  }

  async function atSimulator(method: string, path: string, body: unknown): Promise<void> {
    const running = await readFile(join(folder, 'data/sandbox/exotel.running.json'), 'utf8')
    const { url } = JSON.parse(running) as { url: string }
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/__sandbox/${path}`, { method, headers, body: JSON.stringify(body) })
    expect(answer.ok).toBe(true)
  }

  async function expectState(title: string, state: RegExp): Promise<void> {
    await expect.poll(() => row(title).textContent(), soon).toMatch(state)
  }

  async function open(title: string): Promise<void> {
    await goTo('Profiles')
    await page.getByRole('link', { name: title }).click()
  }

  async function edit(title: string, value: string): Promise<void> {
    await open(title)
    await page.getByRole('textbox', { name: 'Web address' }).fill(value)
    await button('Save').click()
    await expectState(title, /Edited|Conflict/)
  }

  test('the last edit is undone from the history, which says who made it', async () => {
    await edit('Incoming call pop-up', `${site}/edited`)
    await goTo('History')
    expect(await entry('Edited here: Incoming call pop-up').textContent()).toContain('browser tab')
    await picture('h1-undo')
    await entry('Edited here: Incoming call pop-up').getByRole('button', { name: 'Undo' }).click()
    await entry('Rolled back: Incoming call pop-up').waitFor()
    await goTo('Profiles')
    await expectState('Incoming call pop-up', /In sync/)
  })

  test('any two points of a profile are compared', async () => {
    await goTo('History')
    await page.getByRole('combobox', { name: 'Profile' }).click()
    await page.getByRole('option', { name: 'Incoming call pop-up' }).click()
    const compare = page.getByRole('region', { name: 'Compare' })
    await expect.poll(() => compare.textContent(), soon).toContain(`${site}/popup`)
    await compare.getByRole('combobox', { name: 'From' }).click()
    await page.getByRole('option', { name: /found there/ }).click()
    await expect.poll(() => compare.textContent(), soon).toContain('No difference')
    await compare.getByRole('combobox', { name: 'From' }).click()
    await page.getByRole('option', { name: 'Before everything' }).click()
    await expect.poll(() => compare.textContent(), soon).toContain(`${site}/popup`)
    await picture('h2-compare')
  })

  test('a profile that is gone is listed with its history and made again from it', async () => {
    await goTo('Profiles')
    await button('New profile').click()
    await page.getByRole('combobox', { name: 'Key' }).click()
    await page.getByRole('option', { name: 'Outbound call status' }).click()
    await page.getByRole('textbox', { name: 'Web address' }).fill(`${site}/status`)
    await button('Create').click()
    await expectState('Outbound call status', /New/)
    await open('Outbound call status')
    await button('Delete').click()
    await row('Outbound call status').waitFor({ state: 'detached' })
    await goTo('History')
    await page.getByRole('heading', { name: 'No longer here' }).waitFor()
    await picture('h3-gone')
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
    await page.getByRole('menuitem', { name: /Follow the provider/ }).waitFor()
    await picture('h4-policy')
    await page.getByRole('menuitem', { name: /Follow the provider/ }).click()
    await expectState('Incoming call pop-up', /In sync/)
    await button(/When .* changes there: Follow/).waitFor()
    await picture('h5-followed')
    await goTo('History')
    await page.getByRole('list', { name: 'History' }).getByText('Follow the provider').first().waitFor()
    await picture('h6-policy-history')
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
    await page.setViewportSize({ width: 400, height: 800 })
    expect(await chip().getByText('1', { exact: true }).isVisible()).toBe(true)
    await picture('h7-narrow')
    await page.setViewportSize({ width: 1280, height: 800 })
    await chip().click()
    await page.getByRole('menuitem', { name: /Missed call/ }).waitFor()
    await picture('h7-conflicts')
    await page.getByRole('menuitem', { name: /Missed call/ }).click()
    await button('Another value…').click()
    const own = page.getByRole('textbox', { name: /Another value for/ })
    await own.fill('nowhere')
    await button('Use this value').click()
    await expect.poll(() => own.getAttribute('aria-invalid'), soon).toBe('true')
    await picture('h8-own-value')
  })

  test('a conflict keeps nothing else from being sent, and a run that waits says for what, until when, and goes on', async () => {
    await edit('Incoming call pop-up', `${site}/sent`)
    const slow = { match: { method: 'POST' }, times: 1, fault: { type: 'status', status: 429, retryAfter: '40' } }
    await atSimulator('POST', 'faults', slow)
    await goTo('Plan')
    await button('Review plan').click()
    await button(/^Apply/).click()
    await page.getByText(/Waiting until \d\d:\d\d:\d\d: .*429/).waitFor()
    expect(await page.getByRole('main').textContent()).toContain('1 request')
    await picture('h9-waiting')
    const other = await page.context().newPage()
    await other.goto(page.url())
    await other.getByText(/1 request sent, by another window or command/).waitFor()
    await other.getByText(/Waiting until .*429/).waitFor()
    await other.close()
    await goTo('Callbacks')
    await page.getByRole('banner').getByRole('link', { name: 'Waiting 0 of 1' }).click()
    await button('Cancel').click()
    await button('Go on with the rest').waitFor()
    await picture('h10-resume')
    await button('Go on with the rest').click()
    await button(/^Apply/).click()
    await expect.poll(() => page.getByRole('main').textContent(), soon).toMatch(/Applied.*1 done/)
    expect(await chip().getAttribute('aria-label')).toBe('1 conflict to decide')
    await open('Missed call')
    await button('Keep mine').click()
    await chip().waitFor({ state: 'detached' })
    await expectState('Missed call', /Edited/)
  })
})
