import type * as Electron from 'electron'
import { app } from './app.ts'
import { dialog, nativeTheme, net, powerMonitor, screen, shell } from './electron.ts'
import { Tray } from './menu.ts'
import { protocol } from './protocol.ts'
import { session } from './session.ts'

type AppCalls =
  | 'whenReady'
  | 'enableSandbox'
  | 'setAppUserModelId'
  | 'requestSingleInstanceLock'
  | 'setAsDefaultProtocolClient'
  | 'setLoginItemSettings'
  | 'getLoginItemSettings'
  | 'isPackaged'
  | 'quit'
  | 'exit'

/**
 * The stand-in against Electron's own types: what it offers must be there, take what Electron takes and give what the shell
 * reads. The type checker is the test; nothing here runs.
 */
export const typed: {
  app: Pick<Electron.App, AppCalls>
  shell: Pick<Electron.Shell, 'openExternal' | 'showItemInFolder'>
  dialog: Pick<Electron.Dialog, 'showErrorBox' | 'showMessageBox' | 'showSaveDialog' | 'showOpenDialog'>
  net: Pick<Electron.Net, 'isOnline'>
  power: Pick<Electron.PowerMonitor, 'isOnBatteryPower'>
  theme: Pick<Electron.NativeTheme, 'shouldUseDarkColors'>
  protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>
  session: Pick<Electron.Session, 'setSpellCheckerEnabled' | 'setDevicePermissionHandler'>
  tray: Pick<Tray, 'setImage' | 'setToolTip' | 'destroy'> & Pick<Electron.Tray, 'setToolTip' | 'destroy'>
  screen: { getDisplayMatching: (bounds: Electron.Rectangle) => Pick<Electron.Display, 'workArea'> }
} = {
  app,
  shell,
  dialog,
  net,
  power: powerMonitor,
  theme: nativeTheme,
  protocol,
  session: session.defaultSession,
  tray: Tray.prototype,
  screen
}
