import type { Child, ForkChild } from '../base/child.ts'
import type { Clock } from '../base/clock.ts'
import { isRecord } from './running.ts'

/** What a simulator's process says in its one line. */
export type Outcome = { ready: { url: string } } | { failed: { code: string; message: string } }

const startTimeoutMs = 20_000

/** Starts a simulator and waits for its line. A child that is ready stays in `children` until it ends; others are ended. */
export async function startChild(options: {
  fork: ForkChild
  entry: string
  args: string[]
  clock: Clock
  children: Set<Child>
}): Promise<Outcome> {
  const child = options.fork(options.entry, options.args)
  options.children.add(child)
  const settled = new AbortController()
  const outcome = await Promise.race([
    new Promise<Outcome>(resolve => {
      child.onLine(line => {
        const parsed = parseOutcome(line)
        if (parsed) resolve(parsed)
      })
      child.onExit(code => {
        options.children.delete(child)
        // The line and the end may come in either order.
        setTimeout(() => resolve(failed(`its process ended with code ${code}`)), 100)
      })
    }),
    options.clock.sleep(startTimeoutMs, settled.signal).then(
      () => failed('it was not ready in time'),
      () => failed('it was stopped')
    )
  ])
  settled.abort()
  if ('failed' in outcome) await child.stop()
  return outcome
}

function failed(message: string): Outcome {
  return { failed: { code: 'failed', message } }
}

function parseOutcome(line: string): Outcome | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (!isRecord(value)) return undefined
  const { ready, failed } = value
  if (isRecord(ready) && typeof ready.url === 'string') return { ready: { url: ready.url } }
  if (!isRecord(failed)) return undefined
  return { failed: { code: String(failed.code), message: String(failed.message) } }
}
