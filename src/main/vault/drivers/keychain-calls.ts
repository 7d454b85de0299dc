import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { childEnvironment } from '../../base/child-environment.ts'
import { keychainFault, keychainSilent } from './keychain-faults.ts'

export type KeychainRequest =
  | { op: 'get' | 'remove'; service: string; name: string }
  | { op: 'set'; service: string; name: string; value: string }
  | { op: 'names'; service: string }

/** `values`: the value of get, the name that was removed, the names; empty where there is none. */
export type KeychainAnswer = { values: string[] } | { error: string }

export type KeychainCalls = {
  /** Gives up waiting after `patienceMs`. A prompt that is open then stays open; later calls queue behind it. */
  call(request: KeychainRequest, patienceMs?: number): Promise<string[]>
  close(): Promise<void>
}

export type KeychainTimes = {
  /** The longest that one call may take; a person may be typing the keyring's password meanwhile. */
  callMs: number
  /** The process that makes the calls ends after this time without any. */
  idleMs: number
}

/** Makes keychain calls one after the other in a process of their own, bounded in time. faults: vault-*. */
export function createKeychainCalls({ callMs, idleMs }: KeychainTimes): KeychainCalls {
  let child: ChildProcess | undefined
  let idleTimer: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  function running(): ChildProcess {
    clearTimeout(idleTimer)
    if (child) return child
    const started = startProgram()
    started.once('exit', () => {
      if (child === started) child = undefined
    })
    child = started
    return started
  }

  async function ask(request: KeychainRequest): Promise<string[]> {
    if (isClosed) throw new Error('the keychain driver is closed')
    try {
      return await exchange(running(), request, callMs)
    } finally {
      idleTimer = setTimeout(() => child?.kill('SIGKILL'), idleMs).unref()
    }
  }

  return {
    call(request, patienceMs = callMs) {
      const patience = waitAtMost(patienceMs)
      // A caller that gave up before its turn must not have its value written later.
      const turn = last.then(() => (patience.isOver() ? [] : ask(request)))
      last = turn.catch(() => undefined)
      return Promise.race([turn, patience.over]).finally(patience.stop)
    },
    async close() {
      isClosed = true
      clearTimeout(idleTimer)
      if (child) await ended(child)
    }
  }
}

function startProgram(): ChildProcess {
  // Under Electron `fork` starts Electron again; this makes it be Node, whether or not its own fork sees to that.
  const asNode = process.versions.electron === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }
  const env = { ...childEnvironment(), ...asNode }
  const child = fork(programPath(), [], { env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  // It must not keep this process alive; a caller that waits does, with its timer.
  child.unref()
  child.channel?.unref()
  return child
}

/** Beside this file in the sources; in the build beside the door or, from a chunk, one folder up. */
function programPath(): string {
  const places = ['keychain-process.ts', 'keychain-process.js', '../keychain-process.js']
  const found = places.map(place => join(import.meta.dirname, place)).find(path => existsSync(path))
  if (!found) throw new Error('the program keychain-process is not in the build')
  return found
}

function exchange(child: ChildProcess, request: KeychainRequest, callMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), callMs).unref()
    function settle(finish: () => void) {
      clearTimeout(timer)
      child.off('message', onMessage).off('exit', onExit).off('error', onError)
      finish()
    }
    function onMessage(answer: KeychainAnswer) {
      settle(() => ('error' in answer ? reject(keychainFault(answer.error)) : resolve(answer.values)))
    }
    function onExit(code: number | null, signal: NodeJS.Signals | null) {
      // A signal is our own bound, or the crash of a listing when a keyring is locked.
      settle(() => reject(signal ? keychainSilent() : new Error(`the keychain program ended with code ${code}`)))
    }
    function onError(error: Error) {
      settle(() => reject(error))
    }
    child.once('message', onMessage).once('exit', onExit).once('error', onError)
    child.send(request, error => {
      if (error) onError(error)
    })
  })
}

function waitAtMost(patienceMs: number) {
  const { promise: over, reject } = Promise.withResolvers<never>()
  let isOver = false
  const timer = setTimeout(() => {
    isOver = true
    reject(keychainSilent())
  }, patienceMs)
  return { over, isOver: () => isOver, stop: () => clearTimeout(timer) }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const exited = new Promise<void>(resolve => child.once('exit', () => resolve()))
  child.kill('SIGKILL')
  await exited
}
