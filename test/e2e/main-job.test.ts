import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumFlags, chromiumPath, whyNoChromium } from '../helpers/chromium.ts'
import { ensureBuilt } from '../helpers/built.ts'
import { startDoor, type Door } from '../helpers/doors.ts'
import { tracesIn } from '../helpers/traces.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'

// The main job as a newcomer does it in a real browser: sandbox account, offline edit, plan, apply, seen at the simulator,
// its callback caught. PLUGBOARD_SCREENSHOTS names a folder that gets pictures of the way, in light and dark.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }
const pictures = process.env['PLUGBOARD_SCREENSHOTS']

describe.skipIf(whyNot !== undefined)(`the main job in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let folder: string
  let door: Door
  let browser: Browser
  let page: Page
  const complaints: string[] = []

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
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(30_000)
    page.on('pageerror', error => complaints.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    await page.goto(url)
  })

  afterAll(async () => {
    await browser?.close()
    await door?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return
    await mkdir(pictures, { recursive: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), animations: 'disabled' })
    }
  }

  const goTo = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click()
  const row = (title: string) => page.getByRole('row', { name: title })

  async function atSimulator(): Promise<Record<string, string>> {
    const running = await readFile(join(folder, 'data/sandbox/exotel.running.json'), 'utf8')
    const { url } = JSON.parse(running) as { url: string }
    const state = (await (await fetch(`${url}/__sandbox/state`)).json()) as { values: Record<string, string> }
    return state.values
  }

  test('the welcome screen offers the sandbox, and its data is there at once', async () => {
    await page.getByRole('heading', { name: 'Welcome to Plugboard' }).waitFor()
    await picture('1-welcome')
    await page.getByRole('button', { name: 'Try it with the sandbox' }).click()
    await row('Incoming call pop-up').waitFor()
    expect(await row('Incoming call pop-up').textContent()).toContain('In sync')
    expect(await page.getByRole('banner').textContent()).toContain('this session only')
    await picture('2-profiles')
  })

  test('an edit is saved here and nothing is sent', async () => {
    await page.getByRole('link', { name: 'Incoming call pop-up' }).click()
    await page.getByRole('textbox', { name: 'Web address' }).fill('https://crm.example.com/edited')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => row('Incoming call pop-up').textContent(), soon).toContain('Edited')
    await picture('3-edited')
    expect(await atSimulator()).toMatchObject({ popup: 'https://crm.example.com/popup' })
  })

  test("a value that is not valid is refused beside its field, in the provider's words or ours", async () => {
    await goTo('Profiles')
    await page.getByRole('link', { name: 'Missed call' }).click()
    await page.getByRole('textbox', { name: 'Web address' }).fill('not an address')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Web address' }).getAttribute('aria-invalid'), soon)
      .toBe('true')
    await picture('4-refused')
    await page.getByRole('textbox', { name: 'Web address' }).fill('https://crm.example.com/missed')
    await page.getByRole('button', { name: 'Close' }).first().click()
  })

  test("a new setting takes the listener's address", async () => {
    await goTo('Profiles')
    await page.getByRole('button', { name: 'New profile' }).click()
    await picture('5-new')
    await chooseKey('Outbound call status')
    await page.getByRole('button', { name: 'Use listener address' }).click()
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Web address' }).inputValue(), soon)
      .toMatch(/127\.0\.0\.1.*\/in\//)
    await page.getByRole('button', { name: 'Create' }).click()
    await row('Outbound call status').waitFor()
    expect(await row('Outbound call status').textContent()).toContain('New')
  })

  test('the plan shows field by field what would be sent, and apply sends exactly that', async () => {
    await goTo('Plan')
    await page.getByRole('button', { name: 'Review plan' }).click()
    await page.getByText('https://crm.example.com/edited').waitFor()
    expect(await page.getByRole('main').textContent()).toContain('https://crm.example.com/popup')
    await picture('6-plan')
    await page.getByRole('button', { name: /^Apply/ }).click()
    await page
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
    await page.getByRole('button', { name: /sandbox place a call/ }).click()
    await page
      .getByText(/is over/)
      .first()
      .waitFor()
    await picture('8-callbacks')
    await page
      .getByText(/is over/)
      .first()
      .click()
    await page.getByText('CallSid').first().waitFor()
    expect(await page.getByRole('complementary').textContent()).toContain('+919812345678')
    await picture('9-callback')
  })

  test('history tells both edits and both applied changes', async () => {
    await goTo('History')
    await page.getByText('https://crm.example.com/edited').first().waitFor()
    expect(await page.getByRole('main').textContent()).toMatch(
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
    expect(tracesIn(join(folder, 'data'), sandboxCredentials.secrets.appSecret)).toEqual([])
  })

  async function chooseKey(label: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Key' }).click()
    await page.getByRole('option', { name: label }).click()
  }
})
