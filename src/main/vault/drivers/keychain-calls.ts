import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Answering, ForkAnswering } from '../../base/answering.ts'
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
export function createKeychainCalls(fork: ForkAnswering, { callMs, idleMs }: KeychainTimes): KeychainCalls {
  let child: Running | undefined
  let ended: Promise<unknown> = Promise.resolve()
  let idleTimer: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  function running(): Running {
    clearTimeout(idleTimer)
    if (child) return child
    const started = follow(fork(programPath()))
    started.onEnd(() => {
      if (child === started) child = undefined
    })
    child = started
    return started
  }

  /** Ends the program. A call that comes meanwhile starts another one. */
  function drop(): Promise<unknown> {
    ended = Promise.all([ended, child?.stop()])
    child = undefined
    return ended
  }

  async function ask(request: KeychainRequest): Promise<string[]> {
    if (isClosed) throw new Error('the keychain driver is closed')
    try {
      return await exchange(running(), request, { callMs, giveUp: () => void drop() })
    } finally {
      idleTimer = setTimeout(() => void drop(), idleMs).unref()
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
      await drop()
    }
  }
}

/** The program, with what is wanted of its next answer and of its end. */
type Running = {
  send(request: KeychainRequest): void
  /** One at a time; undefined: none is waited for. */
  expect(take: ((answer: KeychainAnswer) => void) | undefined): void
  onEnd(listener: (code: number | null) => void): () => void
  stop(): Promise<void>
}

function follow(program: Answering): Running {
  let take: ((answer: KeychainAnswer) => void) | undefined
  const ends = new Set<(code: number | null) => void>()
  program.onMessage(answer => take?.(answer as KeychainAnswer))
  program.onExit(code => {
    for (const end of ends) end(code)
  })
  return {
    send: request => program.send(request),
    expect: next => void (take = next),
    onEnd(listener) {
      ends.add(listener)
      return () => ends.delete(listener)
    },
    stop: () => program.stop()
  }
}

/** Beside this file in the sources; in the build beside the door or, from a chunk, one folder up. */
function programPath(): string {
  const places = ['keychain-process.ts', 'keychain-process.js', '../keychain-process.js']
  const found = places.map(place => join(import.meta.dirname, place)).find(path => existsSync(path))
  if (!found) throw new Error('the program keychain-process is not in the build')
  return found
}

function exchange(
  child: Running,
  request: KeychainRequest,
  { callMs, giveUp }: { callMs: number; giveUp: () => void }
): Promise<string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<string[]>()
  const timer = setTimeout(() => {
    reject(keychainSilent())
    giveUp()
  }, callMs).unref()
  const forget = child.onEnd(code => {
    // Anything but an end of its own is the crash of a listing when a keyring is locked, or somebody ended it.
    const isBug = code === 0 || code === 1
    reject(isBug ? new Error(`the keychain program ended with code ${code}`) : keychainSilent())
  })
  child.expect(answer => ('error' in answer ? reject(keychainFault(answer.error)) : resolve(answer.values)))
  child.send(request)
  return promise.finally(() => {
    clearTimeout(timer)
    child.expect(undefined)
    forget()
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
