/** Does the work when no other thread of the listener writes. */
export type WriteTurn = <T>(work: () => T) => T

const [free, taken, wanted] = [0, 1, 2]

/** For `writeTurn`; shared by the threads of one listener. */
export function newTurn(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
}

/**
 * One after the other among threads: whoever waits here goes on at once when it is its turn, where SQLite would look again after
 * sleeping for up to 100 ms. No more than that: what keeps the data whole are SQLite's own locks, so that a thread which ended in its
 * turn delays the others by `patienceMs` and no longer.
 */
export function writeTurn(turn: Int32Array, patienceMs = 1_000): WriteTurn {
  let isMine = false

  function take(): void {
    if (Atomics.compareExchange(turn, 0, free, taken) === free) return
    const until = performance.now() + patienceMs
    while (Atomics.exchange(turn, 0, wanted) !== free) {
      const leftMs = until - performance.now()
      if (leftMs <= 0) return
      Atomics.wait(turn, 0, wanted, leftMs)
    }
  }

  return work => {
    if (isMine) return work()
    take()
    isMine = true
    try {
      return work()
    } finally {
      isMine = false
      if (Atomics.exchange(turn, 0, free) === wanted) Atomics.notify(turn, 0, 1)
    }
  }
}
