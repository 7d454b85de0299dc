/** Which profiles were written, by a number that grows with every write. */
export type Written = {
  count(): number
  note(id: string): void
  /** Each once, in no order. */
  since(count: number): string[]
  /** What was written since then was taken back with its transaction, which is a change of it too. */
  takenBack(count: number): void
}

export function createWritten(): Written {
  const last = new Map<string, number>()
  let count = 0
  const note = (id: string) => void last.set(id, ++count)
  const since = (from: number) => (from === count ? [] : [...last].flatMap(([id, at]) => (at > from ? id : [])))
  return { count: () => count, note, since, takenBack: from => since(from).forEach(note) }
}
