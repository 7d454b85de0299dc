import { app } from 'electron'

/** The `appId` of electron-builder.yml, which the installer writes into the Start menu's shortcut. */
const appId = 'dev.plugboard.desktop'

/**
 * Says to Windows which installed program this is; only where that agrees with the shortcut do its windows, its pinned
 * icon and its notifications belong together. To be called before anything is shown. No other system has it, and a
 * checkout is not what was installed.
 */
export function claimAppId(): void {
  if (process.platform === 'win32' && app.isPackaged) app.setAppUserModelId(appId)
}
