/** Hands over what came in together, a short pause after the first: a flood is drawn a few times, not a thousand times. */
export function gather<T>(pauseMs: number, take: (items: T[]) => void): (item: T) => void {
  let waiting: T[] = []
  return item => {
    waiting.push(item)
    if (waiting.length > 1) return
    setTimeout(() => {
      const items = waiting
      waiting = []
      take(items)
    }, pauseMs)
  }
}
