/** Time as the rest of main sees it; tests hand in another. */
export type Clock = {
  /** UTC milliseconds. */
  now(): number
  /**
   * Milliseconds since some moment before this process began, alike in all processes of the computer until it starts anew: what
   * has really passed, whatever the clock is set to.
   */
  elapsedMs(): number
  /** Resolves after the time has passed; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => Math.floor(Number(process.hrtime.bigint()) / 1e6),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal))
      const timer = setTimeout(done, ms)
      function done() {
        signal?.removeEventListener('abort', stop)
        resolve()
      }
      function stop() {
        clearTimeout(timer)
        reject(abortReason(signal))
      }
      signal?.addEventListener('abort', stop, { once: true })
    })
}

function abortReason(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error('aborted')
}
