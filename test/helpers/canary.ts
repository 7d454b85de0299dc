import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Client } from '#shared/contract/index.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import { forkNode } from '../../src/main/base/child.ts'
import { findLayout } from '../../src/main/base/layout.ts'
import { createLog, type Log } from '../../src/main/base/log.ts'
import { logFileIn } from '../../src/main/base/paths.ts'
import { openCore, type Core } from '../../src/main/core.ts'
import { isPieceIn, isTraceIn, tracesIn } from './traces.ts'

/** A real core on a folder of its own, and all that it ever said. */
export type Canary = {
  folder: string
  /** Answers, errors and events, as a transport would send them. */
  said: string[]
  log: Log
  open(vault: VaultDriver, passphrase?: string): Promise<Core>
  /** Once: a test may have closed it already. */
  close(): Promise<void>
  /** Keeps what a call came to, value or error. */
  hear: (work: Promise<unknown>) => Promise<void>
  hearAll: (stream: Promise<AsyncIterable<unknown>>) => Promise<void>
  /** Fails where a secret is in what was said or in a file. */
  expectNoTrace(secrets: Record<string, string>): void
  /** The search itself works: what is no secret is found in answers and files. */
  expectFound(known: string): void
  remove(): Promise<void>
}

/** Distinctive, with characters that JSON, HTML and URLs write in another way. */
export const newSecret = () => `${randomBytes(12).toString('hex')}-"&<'>+/=% ü`

export function newCanary(): Canary {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-canary-'))
  const said: string[] = []
  const stop = new AbortController()
  const log = createLog({ file: logFileIn(folder), level: 'debug' })
  let core: Core | undefined

  async function close(): Promise<void> {
    const open = core
    core = undefined
    await open?.close()
  }
  async function hearAll(stream: Promise<AsyncIterable<unknown>>): Promise<void> {
    try {
      for await (const event of await stream) said.push(JSON.stringify(event))
    } catch (error) {
      said.push(String(error))
    }
  }
  function watchEverything({ app, callbacks }: Client): void {
    void hearAll(app.watch(undefined, { signal: stop.signal }))
    void hearAll(callbacks.watch(undefined, { signal: stop.signal }))
  }
  return {
    folder,
    said,
    log,
    async open(vault, passphrase) {
      const { sandboxEntry, version } = findLayout(join(import.meta.dirname, '../../src/main'))
      const host = { about: 'test', abilities: [] }
      core = await openCore({ dataDir: folder, vault, passphrase, host, fork: forkNode, sandboxEntry, version, log })
      watchEverything(core.client)
      return core
    },
    close,
    async hear(work) {
      try {
        said.push(JSON.stringify((await work) ?? null))
      } catch (error) {
        said.push(JSON.stringify({ ...(error as object), text: String(error), stack: (error as Error).stack }))
      }
    },
    hearAll,
    expectNoTrace(secrets) {
      for (const [name, secret] of Object.entries(secrets)) {
        const answers = said.filter(text => isTraceIn(text, secret) || isPieceIn(text, secret))
        const found = {
          name,
          answers: answers.map(text => text.slice(0, 300)).slice(0, 3),
          files: tracesIn(folder, secret)
        }
        expect(found).toEqual({ name, answers: [], files: [] })
      }
    },
    expectFound(known) {
      expect(said.some(text => isTraceIn(text, known))).toBe(true)
      expect(tracesIn(folder, known)).not.toEqual([])
    },
    async remove() {
      stop.abort()
      await close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
