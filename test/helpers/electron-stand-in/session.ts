import { EventEmitter } from 'node:events'
import type { DownloadItem } from 'electron'
import { app, SystemEvent } from './app.ts'
import { journal } from './journal.ts'

type Asked = { requestingUrl: string; isMainFrame: boolean }
type RequestHandler = (contents: unknown, permission: string, answer: (granted: boolean) => void, asked: Asked) => void
type CheckHandler = (contents: { getURL(): string } | null, permission: string, origin: string, asked: Asked) => boolean
type RequestListener = (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void
type DisplayHandler = (request: unknown, answer: (streams: object | null) => void) => void

/** What a download asks of the shell. */
export type Download = { url: string; fileName: string; contents: unknown }

class Session extends EventEmitter {
  #request: RequestHandler | undefined
  #check: CheckHandler | undefined
  #device: (() => boolean) | undefined
  #display: DisplayHandler | undefined
  #before: RequestListener | undefined

  readonly webRequest = {
    onBeforeRequest: (listener: RequestListener): void => {
      this.#before = listener
    }
  }

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#request = handler
  }
  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#check = handler
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    this.#device = handler
  }
  setDisplayMediaRequestHandler(handler: DisplayHandler): void {
    this.#display = handler
  }
  setSpellCheckerEnabled(isEnabled: boolean): void {
    journal.isSpellChecked = isEnabled
  }

  /** Electron grants what nobody refuses. */
  async ask(permission: string, url: string, isMainFrame = true): Promise<Record<string, boolean>> {
    const asked = { requestingUrl: url, isMainFrame }
    const { promise, resolve } = Promise.withResolvers<boolean>()
    if (this.#request) this.#request({}, permission, resolve, asked)
    else resolve(true)
    return {
      request: await promise,
      check: this.#check?.({ getURL: () => url }, permission, url, asked) ?? true,
      device: this.#device?.() ?? true
    }
  }

  /** out: whether the page is given a picture of the screen. */
  async askForScreen(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<object | null>()
    if (this.#display) this.#display({ videoRequested: true }, resolve)
    else resolve({})
    return (await promise) !== null
  }

  /** out: whether a request may go out. */
  async lets(url: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<{ cancel?: boolean }>()
    if (this.#before) this.#before({ url }, resolve)
    else resolve({})
    return (await promise).cancel !== true
  }

  /** out: whether it may go on. */
  download({ url, fileName, contents }: Download): boolean {
    let options: unknown
    const item: Pick<DownloadItem, 'getURL' | 'getFilename' | 'setSaveDialogOptions'> = {
      getURL: () => url,
      getFilename: () => fileName,
      setSaveDialogOptions: given => {
        options = structuredClone(given)
      }
    }
    const event = new SystemEvent()
    this.emit('will-download', event, item, contents)
    if (event.defaultPrevented) journal.refusedDownloads.push(url)
    else journal.downloads.push({ url, options })
    return !event.defaultPrevented
  }
}

export const session = {
  defaultSession: new Session(),
  /** Some other session comes to be. */
  createOther(): Session {
    const other = new Session()
    app.emit('session-created', other)
    return other
  }
}
