import { join } from 'node:path'
import { app, Menu, shell } from 'electron'
import { takeFirstSteps, vaultLine } from '../../base/first-steps.ts'
import type { HostOptions } from '../../base/host-options.ts'
import type { Layout } from '../../base/layout.ts'
import type { Log } from '../../base/log.ts'
import { logFileIn } from '../../base/paths.ts'
import { openCore, type Core } from '../../core.ts'
import { hiddenFlag, linkIn } from './arguments.ts'
import { systemConditions } from './conditions.ts'
import { logProcessesGone } from './crash.ts'
import { createDesktop } from './desktop.ts'
import type { Ending } from './ending.ts'
import { createFileDialogs } from './file-dialogs.ts'
import { forkAnsweringUtility } from './fork-answering.ts'
import { forkUtility } from './fork.ts'
import { createFrontWindow, type FrontWindow } from './front-window.ts'
import { guardEverything } from './guards.ts'
import { claimLinks, type Links } from './links.ts'
import { findLoginItem } from './login-item.ts'
import { menuTemplate } from './menu.ts'
import { createOpenOutside, type OpenOutside } from './outside.ts'
import type { Page } from './page.ts'
import { servePorts } from './port.ts'
import { servePage } from './protocol.ts'
import { closeBeforeQuit } from './quit.ts'
import { watchScreenLock } from './screen-lock.ts'
import { showTray } from './tray.ts'
import { openWindow } from './window.ts'

type Parts = {
  options: HostOptions
  /** Started by the login. */
  isHidden: boolean
  env: NodeJS.ProcessEnv
  links: Links
  page: Page
  layout: Layout
  ending: Ending
  log: Log
}

/** Where Chromium and the window keep what is theirs. */
export function windowFolder(dataDir: string): string {
  return join(dataDir, 'window')
}

/** Opens the core and shows it: guards first, then the window, the tray and the menu. To be called once Electron is ready. */
export async function openApp(parts: Parts): Promise<void> {
  const { options, env, links, page, layout, ending, log } = parts
  const folder = windowFolder(options.dataDir)
  const loginItem = findLoginItem({ platform: process.platform, env, dataDir: options.dataDir })
  const desktop = createDesktop(join(folder, 'desktop.json'), loginItem, createFileDialogs())
  const core = await openCore({
    dataDir: options.dataDir,
    vault: options.vault,
    passphrase: options.passphrase,
    host: { about: 'window', abilities: desktop.abilities, desktop },
    background: systemConditions(),
    fork: forkUtility,
    forkAnswering: forkAnsweringUtility,
    sandboxEntry: layout.sandboxEntry,
    version: layout.version,
    log
  })
  ending.closeFirst(() => core.close())
  const docs = await documentation(core)
  const openOutside = createOpenOutside(new Set(docs.map(({ host }) => host)), log)
  guardEverything({ page, openOutside, log })
  logProcessesGone(log)
  servePage(layout.rendererDir)
  const stopPorts = servePorts(core.router, page, log)
  const { preload, icon } = layout
  const window = { page, preload, icon, placeFile: join(folder, 'place.json'), staysInTray: desktop.staysInTray, log }
  const front = createFrontWindow(page, place => openWindow(window, place))
  const imageDir = join(layout.root, 'resources/tray')
  const hideTray = showTray({ client: core.client, imageDir, show: () => front.show(), log })
  const stopWatching = watchScreenLock(() => core.screenLocked(), log)
  closeBeforeQuit(async () => {
    stopWatching()
    hideTray()
    stopPorts()
    await core.close()
  }, log)
  setMenu({ front, docs, openOutside, logFile: logFileIn(options.dataDir) })
  claimLinks()
  const place = links.follow(front.show)
  if (place !== undefined || !(parts.isHidden || loginItem?.wasUsed())) front.show(place)
  comeAgain(front, links)
  log.info({}, vaultLine(await core.client.app.info()))
  await takeFirstSteps({ client: core.client, sandbox: options.sandbox, tell: line => log.info({}, line) })
}

type Documentation = { name: string; url: string; host: string }

/** The providers' documentation: where links may lead. */
async function documentation(core: Core): Promise<Documentation[]> {
  const cards = await core.client.providers.list()
  return cards.flatMap(({ name, docsUrl }) => {
    const host = URL.parse(docsUrl)?.hostname
    return host === undefined ? [] : [{ name, url: docsUrl, host }]
  })
}

function setMenu(parts: {
  front: FrontWindow
  docs: Documentation[]
  openOutside: OpenOutside
  logFile: string
}): void {
  const { front, docs, openOutside, logFile } = parts
  const template = menuTemplate({
    isMac: process.platform === 'darwin',
    isPackaged: app.isPackaged,
    go: front.show,
    find() {
      front.show()
      const modifiers = [process.platform === 'darwin' ? 'meta' : 'control'] as const
      front.current()?.webContents.sendInputEvent({ type: 'keyDown', keyCode: 'K', modifiers: [...modifiers] })
    },
    docs: docs.map(({ name, url }) => ({ name, open: () => openOutside(url) })),
    showLog: () => shell.showItemInFolder(logFile)
  })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

/** Whoever starts the app again gets the window, at the link's place if there is one; the login asks for no window. */
function comeAgain(front: FrontWindow, links: Links): void {
  app.on('second-instance', (_, argv) => {
    if (!argv.includes(hiddenFlag)) front.show()
    links.take(linkIn(argv))
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
}
