import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'
import { forgetPassphrase } from '../../base/child-environment.ts'
import { takeFirstSteps, vaultLine } from '../../base/first-steps.ts'
import { readHostOptions, type HostOptions } from '../../base/host-options.ts'
import { findLayout, type Layout } from '../../base/layout.ts'
import { createLog, type Log } from '../../base/log.ts'
import { logFileIn } from '../../base/paths.ts'
import { readyLine } from '../../base/ready-line.ts'
import { openCore, type Core } from '../../core.ts'
import { systemConditions } from './conditions.ts'
import { endWith, endWithBugs } from './ending.ts'
import { forkUtility } from './fork.ts'
import { guardEverything } from './guards.ts'
import { setMenu } from './menu.ts'
import { createPage, type Page } from './page.ts'
import { servePorts } from './port.ts'
import { registerScheme, servePage } from './protocol.ts'
import { closeBeforeQuit } from './quit.ts'
import { openWindow } from './window.ts'

/**
 * Starts the app in a window: at once what must happen before Electron is ready, the rest when it is. One process for a
 * data folder: a second one shows the first one's window.
 */
export function startElectron(argv: string[], env: NodeJS.ProcessEnv): void {
  let log = createLog({})
  try {
    registerScheme()
    const options = readHostOptions(argv.slice(app.isPackaged ? 1 : 2), env, true)
    forgetPassphrase(env)
    log = createLog({ file: logFileIn(options.dataDir) })
    endWithBugs(log)
    keepBrowserDataIn(options.dataDir)
    if (!app.requestSingleInstanceLock()) return app.exit(0)
    const page = createPage(app.isPackaged ? undefined : env['ELECTRON_RENDERER_URL'])
    app
      .whenReady()
      .then(() => open({ options, page, log, layout: findLayout(import.meta.dirname) }))
      .catch((error: unknown) => endWith(error, log))
  } catch (error) {
    endWith(error, log)
  }
}

/** Chromium's own files, and with them the lock that makes one process of it, go with the data folder. */
function keepBrowserDataIn(dataDir: string): void {
  const folder = windowFolder(dataDir)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch {
    // Opening the core says which folder cannot be written, and what to do.
    return
  }
  app.setPath('userData', folder)
}

function windowFolder(dataDir: string): string {
  return join(dataDir, 'window')
}

async function open(parts: { options: HostOptions; page: Page; log: Log; layout: Layout }): Promise<void> {
  const { options, page, log, layout } = parts
  process.stdout.write(`${readyLine}\n`)
  const core = await openCore({
    dataDir: options.dataDir,
    vault: options.vault,
    passphrase: options.passphrase,
    host: { about: 'window', abilities: ['open-external'] },
    background: systemConditions(),
    fork: forkUtility,
    sandboxEntry: layout.sandboxEntry,
    version: layout.version,
    log
  })
  const docsHosts = await hostsOfDocs(core)
  guardEverything({ page, mayOpen: host => docsHosts.has(host), log })
  servePage(layout.rendererDir)
  const stopPorts = servePorts(core.router, page, log)
  closeBeforeQuit(async () => {
    stopPorts()
    await core.close()
  }, log)
  setMenu()
  const { preload, icon } = layout
  const placeFile = join(windowFolder(options.dataDir), 'place.json')
  showWindows(() => openWindow({ page, preload, icon, placeFile, log }))
  log.info({}, vaultLine(await core.client.app.info()))
  await takeFirstSteps({ client: core.client, sandbox: options.sandbox, tell: line => log.info({}, line) })
}

/** The hosts that links may lead to: the providers' documentation. */
async function hostsOfDocs(core: Core): Promise<Set<string>> {
  const cards = await core.client.providers.list()
  return new Set(cards.map(card => URL.parse(card.docsUrl)?.hostname).filter(host => host !== undefined))
}

function showWindows(open: () => BrowserWindow): void {
  open()
  app.on('second-instance', () => {
    const [window = open()] = BrowserWindow.getAllWindows()
    if (window.isMinimized()) window.restore()
    window.focus()
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
}
