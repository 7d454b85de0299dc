import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Locator, type Page } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { ensureBuilt } from './built.ts'
import { chromiumFlags, chromiumPath } from './chromium.ts'
import { startDoor, type Door } from './doors.ts'

/** The built app in Chromium, with a folder of its own. All but `complaints` is there once `beforeAll` ran. */
export type AppPage = {
  /** The home of this app; its data is in `data`. */
  folder: () => string
  page: () => Page
  /** What pages threw and their consoles called an error, while Plugboard ran. */
  complaints: string[]
  button: (name: string | RegExp) => Locator
  row: (title: string) => Locator
  /** By the navigation. */
  goTo: (screen: string) => Promise<void>
  /** In light and in dark, where PLUGBOARD_SCREENSHOTS names a folder for it. */
  picture: (name: string) => Promise<void>
  /** Where the built-in sandbox of this provider is controlled. */
  sandboxUrl: (provider: string) => Promise<string>
  /** Ends Plugboard; the page stays. */
  stop: () => Promise<void>
  /** Starts Plugboard on the same data, and opens it in the page. */
  start: () => Promise<void>
}

type Options = {
  /** What the pictures and the folder are called after. */
  name: string
  viewport?: { width: number; height: number }
  args?: string[]
  env?: NodeJS.ProcessEnv
}

const timeoutMs = 30_000

/** Opens the app before the tests of this suite, and leaves no process or folder behind, also where it cannot be opened. */
export function appPage(options: Options): AppPage {
  const app = unopened(options)
  let opening: Promise<void> | undefined
  beforeAll(() => (opening = app.open()))
  afterAll(async () => {
    // What is still being opened, after the time for that was over, could not be closed yet.
    await Promise.allSettled([opening])
    await app.close()
  })
  const { page } = app
  return {
    folder: app.folder,
    page,
    complaints: app.complaints,
    button: name => page().getByRole('button', { name, exact: typeof name === 'string' }),
    row: name => page().getByRole('row', { name, exact: true }),
    goTo: name => page().getByRole('navigation').getByRole('link', { name }).click(),
    picture: name => picture(page(), `${options.name}-${name}`),
    sandboxUrl: provider => sandboxUrl(join(app.folder(), 'data/sandbox'), provider),
    stop: app.stop,
    start: app.start
  }
}

function unopened({ name, viewport = { width: 1280, height: 800 }, args = [], env = {} }: Options) {
  const complaints: string[] = []
  let folder: string | undefined
  let browser: Browser | undefined
  let page: Page | undefined
  let door: Door | undefined
  let isUp = false

  async function start(): Promise<void> {
    door = startDoor({
      out: await ensureBuilt(),
      door: 'web',
      args: ['--no-open', '--data-dir', join(there(folder), 'data'), ...args],
      env: { HOME: folder, DBUS_SESSION_BUS_ADDRESS: '', PLUGBOARD_VAULT: '', PLUGBOARD_PASSPHRASE: '', ...env }
    })
    const [, url = ''] = await door.printed(/Plugboard is at (\S+)/)
    // What was opened before may still be looking for the one that ended.
    await there(page).goto('about:blank')
    isUp = true
    await there(page).goto(url)
  }

  async function stop(): Promise<void> {
    // The console calls it an error that nobody answers any more.
    isUp = false
    await door?.stop()
  }

  async function open(): Promise<void> {
    folder = await mkdtemp(join(tmpdir(), `plugboard-e2e-${name}-`))
    browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumFlags })
    const context = await browser.newContext({ viewport })
    context.setDefaultTimeout(timeoutMs)
    context.on('weberror', error => complaints.push(error.error().message))
    context.on('console', message => {
      if (isUp && message.type() === 'error') complaints.push(message.text())
    })
    page = await context.newPage()
    await start()
  }

  async function close(): Promise<void> {
    const ended = await Promise.allSettled([browser?.close(), stop()])
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    for (const end of ended) if (end.status === 'rejected') throw end.reason
  }

  return { folder: () => there(folder), page: () => there(page), complaints, open, close, start, stop }
}

function there<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('the app is not open yet')
  return part
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PLUGBOARD_SCREENSHOTS']
  if (!folder) return
  await mkdir(folder, { recursive: true })
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' })
  }
}

async function sandboxUrl(folder: string, provider: string): Promise<string> {
  const running = await readFile(join(folder, `${provider.toLowerCase()}.running.json`), 'utf8')
  const { url } = JSON.parse(running) as { url: string }
  return url
}
