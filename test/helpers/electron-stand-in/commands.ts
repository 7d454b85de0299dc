import { app, SystemEvent } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { powerMonitor } from './electron.ts'
import { ipcMain } from './ipc-main.ts'
import { journal, picking } from './journal.ts'
import { Menu, Tray } from './menu.ts'
import type { MessagePortMain } from './message-channel.ts'
import { answer } from './protocol.ts'
import { session } from './session.ts'

export type Commands = Record<string, (...args: never[]) => unknown>

/** The page, once there is a window and it is where it was sent. */
async function pageNow() {
  while (BrowserWindow.all.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
  const [window] = BrowserWindow.all
  await window?.settled.catch(() => undefined)
  return window?.page
}
const contentsNow = () => BrowserWindow.all[0]?.webContents

/** What the page shows and does. */
const pageCommands: Commands = {
  evaluate: async (script: string) => (await pageNow())?.evaluate(script),
  /** The text that a person sees, once there is more than that it is opening. */
  text: async () => {
    const page = await pageNow()
    await page
      ?.getByText(/^(?!\s*Opening…\s*$)[^]*\S/)
      .first()
      .waitFor({ timeout: 15_000 })
    return page?.evaluate('document.body.innerText')
  },
  heading: async () => (await pageNow())?.getByRole('heading').first().innerText({ timeout: 15_000 }),
  /** Presses the button or turns the switch of this name. */
  click: async (role: 'button' | 'switch' | 'checkbox', name: string) =>
    (await pageNow())?.getByRole(role, { name }).click({ timeout: 15_000 }),
  fill: async (label: string, text: string) =>
    (await pageNow())?.getByLabel(label, { exact: true }).fill(text, { timeout: 15_000 }),
  isChecked: async (name: string) => (await pageNow())?.getByRole('switch', { name }).isChecked({ timeout: 15_000 }),
  /** Whether a dialog is open in the page. */
  hasDialog: async () => ((await (await pageNow())?.getByRole('dialog').count()) ?? 0) > 0,
  picture: async (path: string, colorScheme: 'light' | 'dark') => {
    const page = await pageNow()
    await page?.emulateMedia({ colorScheme })
    await page?.screenshot({ path, animations: 'disabled' })
  },
  url: async () => (await pageNow())?.url(),
  /** How many windows there are, those included that the page opened and the shell did not refuse. */
  pages: async () => (await pageNow())?.context().pages().length,
  reload: async () => {
    await (await pageNow())?.reload()
  },
  /** The page's process is gone; what was shown with it. */
  crash: async (reason: string) => {
    await (await pageNow())?.goto('about:blank')
    contentsNow()?.emit('render-process-gone', new SystemEvent(), { reason, exitCode: 139 })
  }
}

/** What an attacker may try. */
const attacks: Commands = {
  fetch: async (url: string, method: string) => {
    const response = await answer(url, method)
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
  },
  ask: (permission: string, url: string, isMainFrame?: boolean) =>
    session.defaultSession.ask(permission, url, isMainFrame),
  askOtherSession: (permission: string, url: string) => session.createOther().ask(permission, url),
  askForScreen: () => session.defaultSession.askForScreen(),
  lets: (url: string) => session.defaultSession.lets(url),
  download: (url: string, pageUrl: string) =>
    session.defaultSession.download({ url, fileName: 'x.json', contents: { getURL: () => pageUrl } }),
  /** A frame of some other address asks for a port. out: whether it got one. */
  askForPort: (url: string, isSubframe: boolean) => {
    let isGiven = false
    const parent = isSubframe ? {} : null
    ipcMain.emit('plugboard:ready', {
      sender: contentsNow(),
      senderFrame: { url, parent, postMessage: () => (isGiven = true) }
    })
    return isGiven
  },
  /** The page wants a window of this address. out: what the shell says. */
  askForWindow: (url: string) => contentsNow()?.openHandler({ url }).action,
  channels: () => ipcMain.eventNames(),
  /** Our page's own frame sends this over a port of its own. out: once the port was closed for it. */
  sendOverPort: (data: unknown) =>
    new Promise<boolean>(resolve => {
      const take = (_channel: string, _message: unknown, [port]: MessagePortMain[]) => {
        port?.on('close', () => resolve(true))
        port?.postMessage(data)
      }
      const url = contentsNow()?.url
      ipcMain.emit('plugboard:ready', { senderFrame: { url, parent: null, postMessage: take } })
    }),
  /** out: whether the shell refused it. `details` as Electron passes them on the event itself. */
  emitOnContents: (name: string, details: object = {}) => {
    const event = Object.assign(new SystemEvent(), details)
    contentsNow()?.emit(name, event)
    return event.defaultPrevented
  },
  /** An event of the app with an answer as its last argument. out: whether it was refused, and what was answered. */
  emitOnApp: (name: string, args: unknown[]) => {
    const event = new SystemEvent()
    let answered: unknown = 'nothing'
    const answerIt = (...given: unknown[]) => (answered = given)
    app.emit(name, event, ...args, answerIt)
    return { isPrevented: event.defaultPrevented, answered }
  }
}

/** What the system and the person at the desktop do. */
const desktopCommands: Commands = {
  secondInstance: (argv: string[] = []) => {
    app.emit('second-instance', new SystemEvent(), argv, '')
    return BrowserWindow.all[0]?.calls
  },
  openUrl: (url: string) => {
    const event = new SystemEvent()
    app.emit('open-url', event, url)
    return event.defaultPrevented
  },
  chooseInMenu: (id: string) => Menu.application?.choose(id),
  chooseInTray: (id: string) => Tray.last?.menu?.choose(id),
  clickTray: () => Tray.last?.emit('click', new SystemEvent()),
  rightClick: (params: object) => contentsNow()?.emit('context-menu', new SystemEvent(), params),
  /** What the person answers to the next question. */
  willAnswer: (button: number) => void journal.answers.push(button),
  /** The file that the person chooses in the next dialog. */
  willPick: (path: string) => void journal.picks.push(path),
  keepDialogsOpen: () => {
    picking.held = Promise.withResolvers()
  },
  pickNow: (path?: string) => {
    picking.held?.resolve(path)
    delete picking.held
  },
  power: (name: string) => {
    const event = new SystemEvent()
    powerMonitor.emit(name, event)
    return event.defaultPrevented
  },
  hang: () => BrowserWindow.all[0]?.emit('unresponsive'),
  hideWindow: () => BrowserWindow.all[0]?.hide(),
  isVisible: () => BrowserWindow.all[0]?.isVisible(),
  windowCount: () => BrowserWindow.all.length,
  throwBug: () => {
    setTimeout(() => {
      throw new Error('a canary that nobody may see')
    })
  },
  closeWindow: () => BrowserWindow.all[0]?.close(),
  quit: () => app.quit()
}

/** What a test can have done in the process of the shell. */
export const commands: Commands = { journal: () => journal, ...pageCommands, ...attacks, ...desktopCommands }
