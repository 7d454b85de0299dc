import type { MenuItemConstructorOptions } from 'electron'

export type MenuParts = {
  isMac: boolean
  isPackaged: boolean
  /** Moves the page to a place of it. */
  go: (place: string) => void
  /** Opens the page's finder. */
  find: () => void
  /** The providers' documentation. */
  docs: { name: string; open: () => void }[]
  showLog: () => void
}

const screens = ['accounts', 'profiles', 'plan', 'callbacks', 'history']

/**
 * The system's menu. Its keys are those that the page has, and the usual ones. The installed app neither loads the page anew
 * by a key nor shows developer tools.
 */
export function menuTemplate(parts: MenuParts): MenuItemConstructorOptions[] {
  const settings = goItem('settings', 'Settings…', 'CommandOrControl+,', parts)
  const quit: MenuItemConstructorOptions[] = parts.isMac ? [] : [settings, { type: 'separator' }]
  return [
    ...(parts.isMac ? [macMenu(settings)] : []),
    { role: 'fileMenu', submenu: [...quit, { role: parts.isMac ? 'close' : 'quit' }] },
    { role: 'editMenu', submenu: editing(parts) },
    { label: 'View', submenu: viewing(parts) },
    { label: 'Go', submenu: screens.map((screen, index) => goItem(screen, named(screen), numbered(index), parts)) },
    { role: 'windowMenu' },
    { role: 'help', submenu: helping(parts) }
  ]
}

function macMenu(settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  const line: MenuItemConstructorOptions = { type: 'separator' }
  return {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      line,
      settings,
      line,
      { role: 'services' },
      line,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      line,
      { role: 'quit' }
    ]
  }
}

function editing({ find }: MenuParts): MenuItemConstructorOptions[] {
  return [
    { role: 'undo' },
    { role: 'redo' },
    { type: 'separator' },
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
    { type: 'separator' },
    // The page listens for the key itself: the menu only shows it, and is another way there.
    { id: 'find', label: 'Find…', accelerator: 'CommandOrControl+K', registerAccelerator: false, click: find }
  ]
}

function viewing({ isPackaged }: MenuParts): MenuItemConstructorOptions[] {
  const developing: MenuItemConstructorOptions[] = [
    { role: 'reload' },
    { role: 'toggleDevTools' },
    { type: 'separator' }
  ]
  return [
    ...(isPackaged ? [] : developing),
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { type: 'separator' },
    { role: 'togglefullscreen' }
  ]
}

function helping({ isMac, docs, showLog }: MenuParts): MenuItemConstructorOptions[] {
  const about: MenuItemConstructorOptions[] = isMac ? [] : [{ type: 'separator' }, { role: 'about' }]
  return [
    { label: 'Documentation of', submenu: docs.map(({ name, open }) => ({ label: name, click: open })) },
    { id: 'log', label: 'Show the Log', click: showLog },
    ...about
  ]
}

function goItem(screen: string, label: string, accelerator: string, { go }: MenuParts): MenuItemConstructorOptions {
  return { id: `go-${screen}`, label, accelerator, click: () => go(`#/${screen}`) }
}

function numbered(index: number): string {
  return `CommandOrControl+${index + 1}`
}

function named(screen: string): string {
  return `${screen.charAt(0).toUpperCase()}${screen.slice(1)}`
}
