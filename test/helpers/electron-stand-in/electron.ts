import { EventEmitter } from 'node:events'
import type { MessageBoxOptions, MessageBoxReturnValue } from 'electron'
import { journal } from './journal.ts'

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

export const dialog = {
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
