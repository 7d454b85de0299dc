import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, SystemEvent } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import { journal } from './journal.ts'
import { ipcMain } from './ipc-main.ts'
import type { MessagePortMain } from './message-channel.ts'
import { answer } from './protocol.ts'
import { session } from './session.ts'

/**
 * Runs the built main bundle with the stand-in for `electron`, in a process of its own. The test drives it over the IPC
 * channel: `{ id, name, args }` is answered with `{ id, value }` or `{ id, error }`.
 */
const standIn = pathToFileURL(join(import.meta.dirname, 'electron.ts')).href
registerHooks({
  resolve(specifier, context, next) {
    return specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context)
  }
})

const commands: Record<string, (...args: never[]) => unknown> = {
  journal: () => journal,
  evaluate: async (script: string) => {
    const page = await BrowserWindow.all[0]?.page
    return page?.evaluate(script)
  },
  /** The text that a person sees, once there is some. */
  text: async () => {
    const page = await BrowserWindow.all[0]?.page
    await page?.getByText(/\S/).first().waitFor({ timeout: 15_000 })
    return page?.evaluate('document.body.innerText')
  },
  heading: async () => (await BrowserWindow.all[0]?.page)?.getByRole('heading').first().innerText({ timeout: 15_000 }),
  url: async () => (await BrowserWindow.all[0]?.page)?.url(),
  /** How many windows there are, those included that the page opened and the shell did not refuse. */
  pages: async () => (await BrowserWindow.all[0]?.page)?.context().pages().length,
  reload: async () => {
    await (await BrowserWindow.all[0]?.page)?.reload()
  },
  fetch: async (url: string, method: string) => {
    const response = await answer(url, method)
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() }
  },
  ask: (permission: string, url: string) => session.defaultSession.ask(permission, url),
  /** A frame of some other address asks for a port. out: whether it got one. */
  askForPort: (url: string, isSubframe: boolean) => {
    let isGiven = false
    const parent = isSubframe ? {} : null
    ipcMain.emit('plugboard:ready', {
      sender: BrowserWindow.all[0]?.webContents,
      senderFrame: { url, parent, postMessage: () => (isGiven = true) }
    })
    return isGiven
  },
  /** Our page's own frame sends this over a port of its own. out: once the port was closed for it. */
  sendOverPort: (data: unknown) =>
    new Promise<boolean>(resolve => {
      const take = (_channel: string, _message: unknown, [port]: MessagePortMain[]) => {
        port?.on('close', () => resolve(true))
        port?.postMessage(data)
      }
      const url = BrowserWindow.all[0]?.webContents.url
      ipcMain.emit('plugboard:ready', { senderFrame: { url, parent: null, postMessage: take } })
    }),
  emitOnContents: (name: string) => {
    const event = new SystemEvent()
    BrowserWindow.all[0]?.webContents.emit(name, event)
    return event.defaultPrevented
  },
  secondInstance: () => {
    app.emit('second-instance', new SystemEvent(), [], '')
    return BrowserWindow.all[0]?.calls
  },
  throwBug: () => {
    setTimeout(() => {
      throw new Error('a canary that nobody may see')
    })
  },
  closeWindow: () => BrowserWindow.all[0]?.close(),
  quit: () => app.quit()
}

process.on('message', ({ id, name, args }: { id: number; name: string; args: never[] }) => {
  void Promise.resolve()
    .then(() => commands[name]?.(...args))
    .then(
      value => process.send?.({ id, value }),
      (error: unknown) => process.send?.({ id, error: String(error) })
    )
})
process.on('disconnect', () => app.exit(0))

await import(pathToFileURL(process.env['STAND_IN_MAIN'] ?? '').href)
app.becomeReady()
