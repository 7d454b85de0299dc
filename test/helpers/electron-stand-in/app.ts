import { EventEmitter } from 'node:events'
import type { LoginItemSettings, Settings } from 'electron'
import { journal } from './journal.ts'

/** An event of the system that can be refused. */
export class SystemEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

class App extends EventEmitter {
  /** STAND_IN_PACKAGED=1: as if it were installed. */
  readonly isPackaged = process.env['STAND_IN_PACKAGED'] === '1'
  readonly name = 'plugboard'
  isReady = false
  onExit: () => Promise<void> = async () => undefined
  #ready = Promise.withResolvers<void>()
  #isExiting = false
  #loginItem: Settings = {}

  whenReady(): Promise<void> {
    return this.#ready.promise
  }

  /** Electron does this once the main module has been evaluated, never before. */
  becomeReady(): void {
    this.isReady = true
    this.#ready.resolve()
    this.emit('ready', new SystemEvent(), {})
  }

  enableSandbox(): void {
    if (this.isReady) throw new Error('enableSandbox after ready comes too late')
    journal.isSandboxed = true
  }

  /** There is no such method on other systems; what is shown already belongs to another program. */
  setAppUserModelId(id: string): void {
    if (process.platform !== 'win32') throw new TypeError('app.setAppUserModelId is not a function')
    if (journal.windows.length > 0 || journal.tray !== null) throw new Error('setAppUserModelId comes too late')
    journal.appIds.push(id)
  }

  setPath(name: string, path: string): void {
    if (this.isReady) throw new Error('setPath after ready comes too late')
    journal.paths[name] = path
  }

  getPath(name: string): string {
    return journal.paths[name] ?? `/the/person/${name}`
  }

  requestSingleInstanceLock(): boolean {
    return process.env['STAND_IN_SECOND_INSTANCE'] !== '1'
  }

  setAsDefaultProtocolClient(scheme: string, program?: string, args?: string[]): boolean {
    journal.claimedSchemes.push({ scheme, program, args })
    return true
  }

  setLoginItemSettings(settings: Settings): void {
    this.#loginItem = structuredClone(settings)
  }

  getLoginItemSettings(): LoginItemSettings {
    const openAtLogin = this.#loginItem.openAtLogin ?? false
    return {
      openAtLogin,
      executableWillLaunchAtLogin: openAtLogin,
      wasOpenedAtLogin: false,
      status: openAtLogin ? 'enabled' : 'not-registered',
      launchItems: []
    }
  }

  quit(): void {
    const event = new SystemEvent()
    this.emit('before-quit', event)
    if (!event.defaultPrevented) this.exit(0)
  }

  exit(code = 0): void {
    if (this.#isExiting) return
    this.#isExiting = true
    void this.onExit().finally(() => process.exit(code))
  }
}

export const app = new App()
