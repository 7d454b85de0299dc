import { EventEmitter } from 'node:events'
import { journal } from './journal.ts'

/** An event of the system that can be refused. */
export class SystemEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

class App extends EventEmitter {
  readonly isPackaged = false
  readonly name = 'plugboard'
  isReady = false
  onExit: () => Promise<void> = async () => undefined
  #ready = Promise.withResolvers<void>()
  #isExiting = false

  whenReady(): Promise<void> {
    return this.#ready.promise
  }

  /** Electron does this once the main module has been evaluated, never before. */
  becomeReady(): void {
    this.isReady = true
    this.#ready.resolve()
    this.emit('ready', new SystemEvent(), {})
  }

  setPath(name: string, path: string): void {
    if (this.isReady) throw new Error('setPath after ready comes too late')
    journal.paths[name] = path
  }

  requestSingleInstanceLock(): boolean {
    return process.env['STAND_IN_SECOND_INSTANCE'] !== '1'
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
