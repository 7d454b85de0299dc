import { parentPort, workerData } from 'node:worker_threads'
import { writeTurn } from '../../src/main/listener/engine/write-turn.ts'

/** A thread that counts in its turn, with a step between reading and writing; `keep`: and ends in the last one. */
const { turn, counter, times, keep } = workerData as {
  turn: Int32Array
  counter: Int32Array
  times: number
  keep: boolean
}
const inTurn = writeTurn(turn)
parentPort?.postMessage('ready', [])
for (let at = 0; at < times; at++) {
  inTurn(() => {
    const was = counter[0] ?? 0
    Atomics.wait(counter, 1, 0, 0.01)
    counter[0] = was + 1
    if (keep && at === times - 1) process.exit()
  })
}
