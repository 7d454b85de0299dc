import { EventEmitter } from 'node:events'
import type {
  MessageBoxOptions,
  MessageBoxReturnValue,
  OpenDialogOptions,
  OpenDialogReturnValue,
  SaveDialogOptions,
  SaveDialogReturnValue
} from 'electron'
import { BrowserWindow } from './browser-window.ts'
import { journal, picking } from './journal.ts'

/** The part of the `electron` module that the shell uses. A use of anything else fails: there is no such export. */
export { app } from './app.ts'
export { BrowserWindow } from './browser-window.ts'
export { ipcMain } from './ipc-main.ts'
export { Menu, Tray } from './menu.ts'
export { MessageChannelMain } from './message-channel.ts'
export { protocol } from './protocol.ts'
export { session } from './session.ts'
export { utilityProcess } from './utility-process.ts'

export const screen = {
  getDisplayMatching: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1080 } })
}

export const nativeTheme = { shouldUseDarkColors: true }

export const net = { isOnline: () => true }

export const powerMonitor = Object.assign(new EventEmitter(), { isOnBatteryPower: () => false })

export const shell = {
  async openExternal(url: string): Promise<void> {
    journal.openedLinks.push(url)
  },
  showItemInFolder(path: string): void {
    journal.shownFiles.push(path)
  }
}

/** Over a window, because it says where; with the endings of names alone, as Electron asks. */
async function pick(
  what: 'save' | 'open',
  window: unknown,
  options: SaveDialogOptions | OpenDialogOptions
): Promise<string | undefined> {
  if (!(window instanceof BrowserWindow) || !window.isVisible()) throw new Error('a dialog over no window')
  for (const { extensions } of options.filters ?? []) {
    if (extensions.some(each => /^\*?\./.test(each))) throw new Error('an ending of a filter has no dot')
  }
  journal.fileDialogs.push({ what, options: structuredClone(options) })
  return picking.held ? picking.held.promise : journal.picks.shift()
}

export const dialog = {
  async showSaveDialog(window: unknown, options?: SaveDialogOptions): Promise<SaveDialogReturnValue> {
    const filePath = await pick('save', window, options ?? {})
    return { canceled: filePath === undefined, filePath: filePath ?? '' }
  },
  async showOpenDialog(window: unknown, options?: OpenDialogOptions): Promise<OpenDialogReturnValue> {
    const filePath = await pick('open', window, options ?? {})
    return { canceled: filePath === undefined, filePaths: filePath === undefined ? [] : [filePath] }
  },
  showErrorBox(title: string, content: string): void {
    journal.errorBoxes.push({ title, content })
    // The process may end right after it.
    process.stdout.write(`error box: ${title}. ${content}\n`)
  },
  async showMessageBox(first: object | MessageBoxOptions, second?: MessageBoxOptions): Promise<MessageBoxReturnValue> {
    const { message, detail = '', buttons = [], defaultId = 0 } = second ?? (first as MessageBoxOptions)
    journal.messageBoxes.push(structuredClone({ message, detail, buttons }))
    return { response: journal.answers.shift() ?? defaultId, checkboxChecked: false }
  }
}
