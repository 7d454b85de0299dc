import type { Bus } from '../base/bus.ts'

const atMostEveryMs = 100

export type Tidings = { callbacksChanged: () => void; listenerChanged: () => void; stop: () => void }

/** Tells the bus what changed: at once, and under a flood at most ten times a second, the last change included. */
export function createTidings(bus: Bus, onBug: (error: unknown) => void): Tidings {
  const callbacks = paced(() => bus.tell('callbacks'), onBug)
  const listener = paced(() => bus.tell('listener'), onBug)
  return {
    callbacksChanged: callbacks.ask,
    listenerChanged: listener.ask,
    stop() {
      callbacks.stop()
      listener.stop()
    }
  }
}

function paced(tell: () => void, onBug: (error: unknown) => void): { ask: () => void; stop: () => void } {
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
    if (asked) apart(now)
  }

  /** Where nobody waits who could catch it: a listener that breaks is a bug of its own. */
  function apart(work: () => void): void {
    try {
      work()
    } catch (error) {
      onBug(error)
    }
  }

  return {
    ask() {
      if (timer) asked = true
      else now()
    },
    stop() {
      clearTimeout(timer)
      if (asked) apart(tell)
      asked = false
    }
  }
}
