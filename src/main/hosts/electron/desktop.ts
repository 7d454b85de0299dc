import { readFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import type { DesktopSettings, HostAbility } from '#shared/model/app.ts'
import type { Desktop, FileDialogs } from '../../base/desktop.ts'
import type { LoginItem } from './login-item.ts'

/** What is kept of it; the login item is the system's to keep. */
const kept = z.object({ staysInTray: z.boolean() })
type Kept = z.infer<typeof kept>

export type WindowDesktop = Desktop & { abilities: HostAbility[]; staysInTray: () => boolean }

const always: HostAbility[] = ['open-external', 'native-menu', 'tray', 'screen-lock', 'file-dialogs']

/** What the person chose about the window, in a file of the data folder. Everything is off until it is turned on. */
export function createDesktop(file: string, loginItem: LoginItem | undefined, dialogs: FileDialogs): WindowDesktop {
  let choice = read(file)
  const settings = (): DesktopSettings => ({
    startsAtLogin: loginItem?.isOn() ?? null,
    staysInTray: choice.staysInTray
  })
  return {
    abilities: [...always, ...(loginItem ? (['start-at-login'] as const) : [])],
    staysInTray: () => choice.staysInTray,
    settings,
    dialogs,
    configure({ startsAtLogin, staysInTray }) {
      if (startsAtLogin !== undefined) turn(loginItem, startsAtLogin)
      if (staysInTray !== undefined) {
        choice = { staysInTray }
        guarded('This choice could not be kept', () => writeFileSync(file, JSON.stringify(choice), { mode: 0o600 }))
      }
      return settings()
    }
  }
}

function turn(loginItem: LoginItem | undefined, isOn: boolean): void {
  if (loginItem === undefined) {
    throw new Fault('unsupported', {
      message: 'This Plugboard cannot be started by the login',
      advice: 'Add it to the programs that your system starts by itself.'
    })
  }
  guarded('The system did not take the change', () => loginItem.turn(isOn))
}

function guarded(message: string, change: () => void): void {
  try {
    change()
  } catch (cause) {
    throw new Fault('store-read-only', { message, advice: 'Look whether the folder can be written.', cause })
  }
}

function read(file: string): Kept {
  try {
    return kept.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // None yet, or one that says nothing usable.
    return { staysInTray: false }
  }
}
