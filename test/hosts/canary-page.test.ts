import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../helpers/built.ts'
import { chromiumFlags, chromiumPath, whyNoChromium } from '../helpers/chromium.ts'
import { startDoor, type Door } from '../helpers/doors.ts'
import { echoes, startEchoProvider, type EchoProvider } from '../helpers/echo-provider.ts'
import { heapOf, paste } from '../helpers/heap.ts'
import { isPieceIn, isTraceIn, tracesIn } from '../helpers/traces.ts'

// Secrets that a person enters in the page: once they were sent they are neither in its memory nor in what comes back, and
// nothing of them is in the browser's profile or on the disk. The tests build on each other.

const whyNot = whyNoChromium()
const soon = { timeout: 15_000 }
const newSecret = () => randomBytes(24).toString('base64url')
const secrets = {
  refused: newSecret(),
  credential: newSecret(),
  replaced: newSecret(),
  wrongKey: newSecret(),
  key: newSecret(),
  passphrase: newSecret(),
  backup: newSecret()
}
const names = Object.keys(secrets) as (keyof typeof secrets)[]
const token = newSecret()

describe.skipIf(whyNot !== undefined)(`secrets in the page${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let folder: string
  let door: Door
  let context: BrowserContext
  let page: Page
  let provider: EchoProvider
  const sent: string[] = []
  const received: string[] = []

  beforeAll(async () => {
    const out = await ensureBuilt()
    folder = mkdtempSync(join(tmpdir(), 'plugboard-canary-page-'))
    provider = await startEchoProvider(token)
    door = startDoor({
      out,
      door: 'web',
      args: ['--no-open', '--data-dir', join(folder, 'data'), '--vault', 'session'],
      env: { HOME: folder, DBUS_SESSION_BUS_ADDRESS: '', PLUGBOARD_VAULT: '' }
    })
    const [, url = ''] = await door.printed(/Plugboard is at (\S+)/)
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: chromiumPath(),
      args: chromiumFlags,
      env: { ...process.env, HOME: folder, TMPDIR: folder } as Record<string, string>
    })
    page = context.pages()[0] ?? (await context.newPage())
    page.setDefaultTimeout(15_000)
    page.on('websocket', socket => {
      socket.on('framesent', ({ payload }) => sent.push(payload.toString()))
      socket.on('framereceived', ({ payload }) => received.push(payload.toString()))
    })
    page.on(
      'response',
      response =>
        void response.text().then(
          text => received.push(text),
          () => undefined
        )
    )
    await page.goto(url)
  })

  afterAll(async () => {
    await context?.close()
    await door?.stop()
    await provider?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' }).first()
  const goTo = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click()

  async function heapHas(...wanted: (keyof typeof secrets)[]): Promise<string[]> {
    const heap = await heapOf(page)
    return wanted.filter(name => isTraceIn(heap, secrets[name]) || isPieceIn(heap, secrets[name]))
  }

  test('a credential is in the memory while it is typed, and no more once it was refused', async () => {
    await button(/Add an account/).click()
    await page.getByRole('radio', { name: 'Exotel' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Calls')
    await page.getByRole('combobox', { name: 'Address of the provider' }).click()
    await page.getByRole('option', { name: 'Another address…' }).click()
    await page.getByRole('textbox', { name: 'Base URL' }).fill('http://not-here.example')
    await page.locator('input[name=appId]').fill('app')
    await paste(page.locator('input[name=appSecret]'), secrets.refused)
    expect(await heapHas('refused')).toEqual(['refused'])
    await button('Add').click()
    await page.getByRole('alert').first().waitFor()
    expect(await page.locator('input[name=appSecret]').inputValue()).toBe('')
  }, 60_000)

  test('what was saved, replaced, or repeated by the provider is neither shown nor kept', async () => {
    await page.getByRole('textbox', { name: 'Base URL' }).fill(provider.url)
    await paste(page.locator('input[name=appSecret]'), secrets.credential)
    await button('Add').click()
    await page.getByRole('complementary', { name: 'Calls', exact: true }).waitFor()
    for (const echo of echoes.filter(({ name }) => /401|hex|base64|address|middle/.test(name))) {
      provider.speak(echo, 'login')
      await button('Test').click()
      await page.getByRole('alert').first().waitFor()
    }
    provider.speak(null, 'login')
    await button('Edit').click()
    await button(/^Replace/).click()
    await paste(page.locator('input[name=appSecret]'), secrets.replaced)
    await button('Save').click()
    await button('Edit').waitFor()
    await button('Test').click()
    await expect.poll(() => provider.seen, soon).toEqual([secrets.credential, secrets.replaced])
  }, 60_000)

  test('so with the key of an endpoint, the passphrase of the vault and that of a backup', async () => {
    await goTo('Callbacks')
    await page.getByRole('link', { name: 'Endpoints' }).click()
    await button('Edit Calls').click()
    await page.getByRole('combobox', { name: 'Callbacks are signed' }).click()
    await page.getByRole('option', { name: 'By Standard Webhooks' }).click()
    await paste(page.locator('input[name=key]'), `no-key-${secrets.wrongKey}`)
    await button('Save').click()
    await page.getByRole('alert').first().waitFor()
    expect(await page.locator('input[name=key]').inputValue()).toBe('')
    await paste(page.locator('input[name=key]'), `whsec_${Buffer.from(secrets.key).toString('base64')}`)
    await button('Save').click()
    await expect.poll(() => page.locator('input[name=key]').count(), soon).toBe(0)
    await goTo('Settings')
    await page.getByRole('radio', { name: 'Passphrase file' }).click()
    await paste(
      page.getByRole('form', { name: 'Vault' }).getByRole('textbox', { name: 'Passphrase', exact: true }),
      secrets.passphrase
    )
    await button(/^Use /).click()
    await page.getByText('Passphrase file is in use.').waitFor()
    const backup = page.getByRole('form', { name: 'Make a backup' })
    for (const name of ['Passphrase', 'Repeat the passphrase']) {
      await paste(backup.getByRole('textbox', { name, exact: true }), secrets.backup)
    }
    await backup.getByText('With the secrets of all accounts').click()
    await backup.getByRole('button').last().click()
    await expect.poll(() => readdirSync(join(folder, 'data')), soon).toContain('backups')
    await expect
      .poll(() => backup.getByRole('textbox', { name: 'Passphrase', exact: true }).inputValue(), soon)
      .toBe('')
  }, 60_000)

  test('none of them is in the memory, the document or the storage of the page', async () => {
    for (const place of ['Callbacks', 'Accounts', 'Settings', 'Accounts']) await goTo(place)
    expect(await heapHas(...names)).toEqual([])
    const shown = await page.evaluate(async () => {
      const databases = await indexedDB.databases()
      const storage = [Object.entries(localStorage), Object.entries(sessionStorage)]
      const stored = [storage, document.cookie, databases, window.name]
      const typed = [...document.querySelectorAll('input')].map(({ value }) => value)
      return JSON.stringify([document.documentElement.outerHTML, stored, typed])
    })
    expect(names.filter(name => isTraceIn(shown, secrets[name]))).toEqual([])
  }, 60_000)

  test('what went between page and core has them on the way in alone', () => {
    expect(received.length).toBeGreaterThan(10)
    const texts = received.join('\n')
    expect(names.filter(name => isTraceIn(texts, secrets[name]) || isPieceIn(texts, secrets[name]))).toEqual([])
    const inward = sent.join('\n')
    expect(names.filter(name => isTraceIn(inward, secrets[name]))).toEqual(names)
  })

  test("they are in no file: not in the browser's profile, the temporary folder, the log or the database", async () => {
    await context.close()
    await door.stop()
    for (const [name, secret] of [...Object.entries(secrets), ['token', token] as const]) {
      expect([name, tracesIn(folder, secret)]).toEqual([name, []])
      expect(isTraceIn(door.stdout() + door.stderr(), secret)).toBe(false)
    }
    expect(tracesIn(folder, provider.url)).not.toEqual([])
  }, 60_000)
})
