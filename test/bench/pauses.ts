import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

const resolutionMs = 1

/** Watches, from now on, for how long at a time the event loop does nothing else. */
export async function watchPauses(): Promise<{ longestMs(): Promise<number> }> {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  // It sees a pause once its own timer has run.
  await setTimeout(10 * resolutionMs)
  return {
    /** Ends the watch. */
    async longestMs() {
      await setTimeout(10 * resolutionMs)
      histogram.disable()
      return Math.max(0, Math.round(histogram.max / 1e6 - resolutionMs))
    }
  }
}
