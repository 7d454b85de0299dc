import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../helpers/built.ts'
import { chromiumFlags, chromiumPath, whyNoChromium } from '../helpers/chromium.ts'
import { startDoor, type Door } from '../helpers/doors.ts'
import { tracesIn } from '../helpers/traces.ts'

// An endpoint's checks as a person sets them up on the page: scheme, key, the address of a tunnel.

const whyNot = whyNoChromium()
const pictures = process.env['PLUGBOARD_SCREENSHOTS']
const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe.skipIf(whyNot !== undefined)(`endpoints in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
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
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(30_000)
    await page.goto(url)
    await page.getByRole('button', { name: 'Try it with the sandbox' }).click()
    await page.getByRole('row', { name: 'Incoming call pop-up' }).waitFor()
    await page.getByRole('navigation').getByRole('link', { name: 'Callbacks' }).click()
    await page.getByRole('link', { name: 'Endpoints' }).click()
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

  const panel = () => page.getByRole('complementary', { name: 'Endpoints' })
  const card = (name: string) => panel().getByRole('region', { name })

  test('a scheme, its key and a public URL are saved; the key is not in the page afterwards', async () => {
    await panel().getByLabel('New endpoint').fill('Shop')
    await panel().getByRole('button', { name: 'Add endpoint' }).click()
    await card('Shop').getByText('Not checked: it belongs to no account').waitFor()
    await card('Shop').getByRole('button', { name: 'Edit Shop' }).click()
    const form = page.getByRole('form', { name: 'Edit Shop' })
    await form.getByLabel('Public URL').fill('https://user:word@shop.example')
    await form.getByRole('combobox', { name: 'Callbacks are signed' }).click()
    await page.getByRole('option', { name: 'By Standard Webhooks' }).click()
    await form.getByRole('textbox', { name: 'Key' }).fill('whsec_short')
    await picture('endpoints-1-edit')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByRole('alert').waitFor()
    expect(await form.getByRole('textbox', { name: 'Key' }).inputValue()).toBe('')
    await picture('endpoints-2-refused')

    await form.getByRole('textbox', { name: 'Key' }).fill(key)
    await form.getByLabel('Public URL').fill('https://shop.example')
    await form.getByRole('button', { name: 'Save' }).click()
    await card('Shop').getByText('Checked by Standard Webhooks, with a saved key').waitFor()
    await card('Shop').getByText('https://shop.example/in/').waitFor()
    await picture('endpoints-3-saved')
    await card('Shop').getByRole('button', { name: 'Edit Shop' }).click()
    expect(await form.getByRole('textbox', { name: 'Key' }).getAttribute('placeholder')).toContain('Saved')
    await picture('endpoints-4-again')
    expect(await page.content()).not.toContain(key.slice(6))
    expect(tracesIn(folder, key.slice(6))).toEqual([])
  })
})
