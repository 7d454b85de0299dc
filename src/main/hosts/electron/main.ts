import { mkdirSync } from 'node:fs'
import { app } from 'electron'
import { forgetPassphrase } from '../../base/child-environment.ts'
import { readHostOptions } from '../../base/host-options.ts'
import { findLayout } from '../../base/layout.ts'
import { createLog } from '../../base/log.ts'
import { logFileIn } from '../../base/paths.ts'
import { readyLine } from '../../base/ready-line.ts'
import { claimAppId } from './app-id.ts'
import { readArguments } from './arguments.ts'
import { createEnding, endWithBugs } from './ending.ts'
import { watchLinks } from './links.ts'
import { openApp, windowFolder } from './open.ts'
import { createPage } from './page.ts'
import { refuseNoSandbox } from './protection.ts'
import { registerScheme } from './protocol.ts'

/**
 * Starts the app in a window: at once what must happen before Electron is ready, the rest when it is. One process for a
 * data folder: a second one shows the first one's window.
 */
export function startElectron(argv: string[], env: NodeJS.ProcessEnv): void {
  let ending = createEnding(createLog({}))
  try {
    claimAppId()
    registerScheme()
    app.enableSandbox()
    refuseNoSandbox(argv)
    const given = readArguments(argv, app.isPackaged)
    const options = readHostOptions(given.own, env, true)
    forgetPassphrase(env)
    const log = createLog({ file: logFileIn(options.dataDir) })
    ending = createEnding(log)
    endWithBugs(ending)
    keepBrowserDataIn(options.dataDir)
    if (!app.requestSingleInstanceLock()) return app.exit(0)
    const links = watchLinks(log)
    links.take(given.link)
    const page = createPage(app.isPackaged ? undefined : env['ELECTRON_RENDERER_URL'])
    const layout = findLayout(import.meta.dirname)
    app
      .whenReady()
      .then(() => {
        process.stdout.write(`${readyLine}\n`)
        return openApp({ options, isHidden: given.isHidden, env, links, page, layout, ending, log })
      })
      .catch(ending.endWith)
  } catch (error) {
    ending.endWith(error)
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
