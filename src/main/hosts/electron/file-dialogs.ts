import { extname, join } from 'node:path'
import { app, BrowserWindow, dialog } from 'electron'
import type { FileDialogs } from '../../base/desktop.ts'

/**
 * The system's own dialogs, over the window that is in use and one at a time. Whoever asks while no window can be seen, or a
 * second time before the first was answered, is not a person, and is told that the dialog was closed.
 */
export function createFileDialogs(): FileDialogs {
  let isOpen = false

  async function over<T>(ask: (window: BrowserWindow) => Promise<T>): Promise<T | undefined> {
    const window = BrowserWindow.getAllWindows().find(each => each.isVisible())
    if (window === undefined || isOpen) return undefined
    isOpen = true
    try {
      return await ask(window)
    } finally {
      isOpen = false
    }
  }

  return {
    save: ({ title, fileName, kind }) =>
      over(async window => {
        const { canceled, filePath } = await dialog.showSaveDialog(window, {
          title,
          defaultPath: join(app.getPath('downloads'), fileName),
          filters: [{ name: kind.name, extensions: [kind.ending] }],
          properties: ['createDirectory', 'showOverwriteConfirmation', 'dontAddToRecent']
        })
        if (canceled || filePath === '') return undefined
        // Linux takes the name as it was typed; about another one the person was not asked.
        const isWhole = extname(filePath) === `.${kind.ending}`
        return isWhole
          ? { file: filePath, mayReplace: true }
          : { file: `${filePath}.${kind.ending}`, mayReplace: false }
      }),
    open: ({ title, kind }) =>
      over(async window => {
        const { canceled, filePaths } = await dialog.showOpenDialog(window, {
          title,
          filters: [
            { name: kind.name, extensions: [kind.ending] },
            { name: 'All files', extensions: ['*'] }
          ],
          properties: ['openFile', 'dontAddToRecent']
        })
        return canceled ? undefined : filePaths[0]
      })
  }
}
