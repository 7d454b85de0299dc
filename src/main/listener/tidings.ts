import type { Bus } from '../base/bus.ts'

const atMostEveryMs = 100

export type Tidings = { callbacksChanged: () => void; listenerChanged: () => void; stop: () => void }

/** Tells the bus what changed: at once, and under a flood at most ten times a second, the last change included. */
export function createTidings(bus: Bus): Tidings {
  const callbacks = paced(() => bus.tell('callbacks'))
  const listener = paced(() => bus.tell('listener'))
  return {
    callbacksChanged: callbacks.ask,
    listenerChanged: listener.ask,
    stop() {
      callbacks.stop()
      listener.stop()
    }
  }
}

function paced(tell: () => void): { ask: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined
  let asked = false
  function now(): void {
    asked = false
    timer = setTimeout(due, atMostEveryMs)
    timer.unref()
    tell()
  }
  function due(): void {
    timer = undefined
    if (asked) now()
  }
  return {
    ask() {
      if (timer) asked = true
      else now()
    },
    stop() {
      clearTimeout(timer)
      if (asked) tell()
      asked = false
    }
  }
}
