type Later = (run: () => void) => void

/** Hands over what came in together, once in a frame: a flood is drawn as often as the screen is, not once for each. */
export function perFrame<T>(take: (items: T[]) => void, later: Later = nextFrame): (item: T) => void {
  let waiting: T[] = []
  return item => {
    waiting.push(item)
    if (waiting.length > 1) return
    later(() => {
      const items = waiting
      waiting = []
      take(items)
    })
  }
}

/** At most this often: what moves faster nobody reads. */
const gapMs = 60

/** Before the screen is drawn next. A page that is not in sight is not drawn: it takes what came once a second. */
function nextFrame(run: () => void): void {
  if (document.visibilityState === 'hidden') setTimeout(run, 1000)
  else setTimeout(() => requestAnimationFrame(run), gapMs)
}
