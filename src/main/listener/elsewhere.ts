import * as z from 'zod'
import { callbackOrigin } from '#shared/model/callback.ts'
import type { Clock } from '../base/clock.ts'
import type { Store } from '../store/store.ts'
import type { Mark } from './origins.ts'
import type { MarkNews } from './engine/thread-talk.ts'

// Of one data folder one process holds the listener; others simulate and replay, too. What they send is known there by what
// they leave in the store before their first byte.

const noted = z.array(
  z.object({ name: z.string(), origin: callbackOrigin, replayOf: z.number().nullable(), untilMs: z.number() })
)
type Noted = z.infer<typeof noted>

/** Longer than any sender of ours waits for its answer. What a crash left is over then: the system gives ports again. */
const holdsMs = 60_000
const keptSampleKeys = 20

type Options = Pick<Store, 'options' | 'together'>

/** What a process that does not hold the listener leaves in the store. */
export type Elsewhere = {
  /** Notes that a connection is marked, or is so no longer. */
  noted(news: MarkNews): void
  /** Takes back what is still noted. */
  end(): void
}

/** in: isElsewhere: whether another process holds the listener; sampleKey: the public one that our samples are signed for. */
export function createElsewhere(
  store: Options,
  clock: Clock,
  { isElsewhere, sampleKey }: { isElsewhere: () => boolean; sampleKey: string }
): Elsewhere {
  const ours = new Set<string>()

  function write(gone: (name: string) => boolean, added: Noted): void {
    const nowMs = clock.now()
    store.together(() => {
      const others = readNoted(store).filter(each => each.untilMs > nowMs && !gone(each.name))
      store.options.set('listener-marks', JSON.stringify([...others, ...added]))
      if (added.length === 0) return
      const keys = readSampleKeys(store).filter(key => key !== sampleKey)
      store.options.set('sample-keys', JSON.stringify([sampleKey, ...keys].slice(0, keptSampleKeys)))
    })
  }

  return {
    noted({ name, mark }) {
      if (mark && isElsewhere()) {
        ours.add(name)
        write(each => each === name, [{ name, ...mark, untilMs: clock.now() + holdsMs }])
      } else if (!mark && ours.delete(name)) write(each => each === name, [])
    },
    end() {
      if (ours.size > 0) write(name => ours.has(name), [])
      ours.clear()
    }
  }
}

/** The marks that other processes left, by the name of the other end of a connection. */
export function readMarks(store: Pick<Store, 'options'>): Map<string, Mark & { untilMs: number }> {
  return new Map(readNoted(store).map(({ name, ...mark }) => [name, mark]))
}

/** The public keys for which other processes signed their samples. The private halves never leave those. */
export function readSampleKeys({ options }: Pick<Store, 'options'>): string[] {
  return z
    .array(z.string())
    .catch([])
    .parse(jsonIn(options.get('sample-keys')))
}

function readNoted({ options }: Pick<Store, 'options'>): Noted {
  return noted.catch([]).parse(jsonIn(options.get('listener-marks')))
}

function jsonIn(text = '[]'): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Written by a hand or a version that is not ours.
    return []
  }
}
