import type { PlainAnswer } from '#shared/model/rule.ts'

/**
 * Answers that go before all rules: the first callback gets the first, and so on; the last one stays. `given`: how many were chosen, in
 * shared memory, so that whoever opens the listener again goes on there also where its thread is no more.
 */
export type Sequence = { answers: readonly PlainAnswer[]; given: Int32Array }

export function newSequence(answers: readonly PlainAnswer[] = []): Sequence {
  return { answers, given: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) }
}

/** Chooses the next one; undefined where there are none at all. */
export function nextAnswer({ answers, given }: Sequence): PlainAnswer | undefined {
  const last = answers.length - 1
  // Counted only as far as there are answers: a number that goes on has an end.
  return answers[Atomics.load(given, 0) < last ? Atomics.add(given, 0, 1) : last]
}
