import { Fault } from '#shared/faults.ts'

export type Stop = {
  /** See `Context.stopped`. */
  stopped(): Promise<void>
  /** Rejects with the fault `cancelled` at a signal that no command waits for. */
  cancelled: Promise<never>
  now(): void
  forget(): void
}

/** Ends the command at the first SIGINT or SIGTERM; at the second the process ends at once. */
export function watchStop(): Stop {
  const asked = Promise.withResolvers<void>()
  const cancelled = Promise.withResolvers<never>()
  // It is waited for as long as the command runs; afterwards nobody has to know.
  cancelled.promise.catch(() => undefined)
  let isAwaited = false
  let signals = 0
  function onSignal(): void {
    signals += 1
    if (signals > 1) process.exit(130)
    asked.resolve()
    if (!isAwaited) cancelled.reject(new Fault('cancelled'))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  return {
    stopped() {
      isAwaited = true
      return asked.promise
    },
    cancelled: cancelled.promise,
    now: () => asked.resolve(),
    forget() {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    }
  }
}
