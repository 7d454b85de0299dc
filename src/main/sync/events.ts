/** What happened so far and goes on happening: every watcher gets all of it from the beginning, whenever it comes. */
export type EventLog<T> = AsyncIterable<T> & {
  push(event: T): void
  end(): void
}

/** Keeps all events until the last watcher is gone: for streams that end. */
export function createEventLog<T>(): EventLog<T> {
  const events: T[] = []
  let ended = false
  let waiting: (() => void)[] = []

  function wake(): void {
    const woken = waiting
    waiting = []
    for (const go of woken) go()
  }

  return {
    push(event) {
      events.push(event)
      wake()
    },
    end() {
      ended = true
      wake()
    },
    async *[Symbol.asyncIterator]() {
      let next = 0
      for (;;) {
        const event = events[next]
        if (event !== undefined) {
          next += 1
          yield event
        } else if (ended) return
        else await new Promise<void>(resolve => waiting.push(resolve))
      }
    }
  }
}
