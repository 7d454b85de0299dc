import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../helpers/built.ts'
import { chromiumFlags, chromiumPath, whyNoChromium } from '../helpers/chromium.ts'
import { startDoor, type Door } from '../helpers/doors.ts'

// A real browser that is in, and a web page on another port of this computer, which the browser counts as the same site: it
// sends the cookie along. The tests build on each other. PLUGBOARD_SCREENSHOTS names a folder for pictures.

const whyNot = whyNoChromium()
const pictures = process.env['PLUGBOARD_SCREENSHOTS']

describe.skipIf(whyNot !== undefined)(`the door in Chromium${whyNot ? ` (skipped: ${whyNot})` : ''}`, () => {
  let folder: string
  let door: Door
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let stranger: Server
  let strangerUrl: string
  let origin: string
  let link: string

  beforeAll(async () => {
    const out = await ensureBuilt()
    folder = mkdtempSync(join(tmpdir(), 'plugboard-web-page-'))
    door = startDoor({
      out,
      door: 'web',
      args: ['--no-open', '--data-dir', join(folder, 'data'), '--vault', 'session'],
      env: { HOME: folder, DBUS_SESSION_BUS_ADDRESS: '', PLUGBOARD_VAULT: '' }
    })
    ;[, link = ''] = await door.printed(/Plugboard is at (\S+)/)
    ;({ origin } = new URL(link))
    stranger = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(`<a id="link" href="${link}">in</a><a id="home" href="${origin}/">home</a>`)
    })
    await new Promise<void>(resolve => stranger.listen(0, '127.0.0.1', resolve))
    strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/`
    browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags })
    context = await browser.newContext()
    page = await context.newPage()
    page.setDefaultTimeout(15_000)
  })

  afterAll(async () => {
    await browser?.close()
    await door?.stop()
    stranger?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const heading = (name: string) => page.getByRole('heading', { name }).waitFor()

  test('a link with the token on another page does not let anybody in, the address bar does', async () => {
    await page.goto(strangerUrl)
    await page.locator('#link').click()
    await heading('A link on a web page does not open Plugboard')
    await page.goto(link)
    await heading('Welcome to Plugboard')
    expect(new URL(page.url()).search).toBe('')
  })

  test('another page reads nothing, runs nothing, frames nothing, opens no socket and signs nobody out', async () => {
    const script = await page.evaluate(() => document.querySelector('script')?.src ?? '')
    expect(new URL(script).origin).toBe(origin)
    const other = await context.newPage()
    await other.goto(strangerUrl)
    const got = await other.evaluate(
      async ([from = '', code = '']) => {
        const settled = (work: Promise<unknown>) =>
          work.then(
            value => String(value),
            () => 'refused'
          )
        const loaded = new Promise(resolve => {
          const element = document.createElement('script')
          element.addEventListener('load', () => resolve('loaded'))
          element.addEventListener('error', () => resolve('refused'))
          element.src = code
          document.body.append(element)
        })
        const socket = (path: string) =>
          new Promise(resolve => {
            const open = new WebSocket(from.replace('http', 'ws') + path)
            open.addEventListener('open', () => resolve('opened'))
            open.addEventListener('error', () => resolve('refused'))
          })
        const framed = new Promise(resolve => {
          const frame = document.createElement('iframe')
          // What a frame shows that was refused is an error page of another origin; ours would be of this one's site.
          frame.addEventListener('load', () => resolve(frame.contentDocument === null ? 'refused' : 'shown'))
          frame.src = `${from}/`
          document.body.append(frame)
        })
        return {
          read: await settled(fetch(from, { credentials: 'include' }).then(answer => answer.text())),
          blind: await settled(fetch(from, { credentials: 'include', mode: 'no-cors' }).then(answer => answer.type)),
          signOut: await settled(fetch(`${from}/sign-out`, { method: 'POST', credentials: 'include' })),
          script: await loaded,
          socket: await socket('/rpc'),
          framed: await framed
        }
      },
      [origin, script]
    )
    await other.close()
    const refused = { read: 'refused', signOut: 'refused', script: 'refused', socket: 'refused' }
    expect(got).toEqual({ ...refused, blind: 'refused', framed: 'refused' })
    await page.reload()
    await heading('Welcome to Plugboard')
  })

  test('a link to the start, for who is in, leads there', async () => {
    await page.goto(strangerUrl)
    await page.locator('#home').click()
    await heading('Welcome to Plugboard')
    expect(page.url()).toMatch(`${origin}/`)
  })

  test('signing out shows the way back, in every tab', async () => {
    await page.getByRole('button', { name: 'Try it with the sandbox' }).click()
    await page.getByRole('navigation').getByRole('link', { name: 'Settings' }).click()
    const leave = page.getByRole('button', { name: 'Sign out' })
    await leave.scrollIntoViewIfNeeded()
    await picture('sign-out')
    await leave.click()
    await heading('This page is not allowed in')
    await page.goto(origin)
    await heading('This page is not allowed in')
    expect(await context.cookies()).toEqual([])
  })

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return
    mkdirSync(pictures, { recursive: true })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: join(pictures, `door-${name}-${colorScheme}.png`), animations: 'disabled' })
    }
  }
})
