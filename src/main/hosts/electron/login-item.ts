import { homedir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { defaultDataDir } from '../../base/paths.ts'
import { hiddenFlag } from './arguments.ts'
import { autostartEntry, isAutostartOn, writeAutostart } from './autostart-file.ts'

/** Whether the app opens when the person logs in. The system keeps it; it may be changed there as well. */
export type LoginItem = {
  isOn(): boolean
  turn(isOn: boolean): void
  /** Whether it was the login that started this process. */
  wasUsed(): boolean
}

type Situation = { platform: NodeJS.Platform; env: NodeJS.ProcessEnv; dataDir: string }

/** out: undefined where there is none: in a checkout, and where a container decides what starts. */
export function findLoginItem({ platform, env, dataDir }: Situation): LoginItem | undefined {
  if (!app.isPackaged) return undefined
  const args = [hiddenFlag, ...(dataDir === defaultDataDir({}) ? [] : [`--data-dir=${dataDir}`])]
  if (platform === 'win32') return onWindows(args)
  if (platform === 'darwin') return args.length > 1 ? undefined : onMac()
  return env['SNAP'] || env['FLATPAK_ID'] ? undefined : onLinux(env, args)
}

/** macOS passes no arguments on, and says itself who started the app. */
function onMac(): LoginItem {
  return {
    isOn: () => app.getLoginItemSettings().openAtLogin,
    turn: isOn => app.setLoginItemSettings({ openAtLogin: isOn }),
    wasUsed: () => app.getLoginItemSettings().wasOpenedAtLogin
  }
}

/** Arguments go into the registry as they are; no path there has a quotation mark in it. */
function onWindows(args: string[]): LoginItem {
  const item = { path: process.execPath, args: args.map(arg => (arg.includes(' ') ? `"${arg}"` : arg)) }
  return {
    isOn() {
      const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(item)
      // The Task Manager turns it off without taking it away.
      return openAtLogin && executableWillLaunchAtLogin
    },
    turn: isOn => app.setLoginItemSettings({ ...item, openAtLogin: isOn, enabled: isOn }),
    wasUsed: () => false
  }
}

/** An AppImage is unpacked anew at each start; its own file is what stays. */
function onLinux(env: NodeJS.ProcessEnv, args: string[]): LoginItem {
  const file = join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'autostart', 'plugboard.desktop')
  const program = env['APPIMAGE'] || process.execPath
  return {
    isOn: () => isAutostartOn(file),
    turn: isOn => writeAutostart(file, isOn ? autostartEntry(program, args) : undefined),
    wasUsed: () => false
  }
}
