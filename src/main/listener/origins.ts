import type { Socket } from 'node:net'
import type { CallbackSummary } from '#shared/model/callback.ts'
import type { MarkNews } from './engine/thread-talk.ts'

/** Where a request comes from: its origin, and of a replay the callback that is sent again. */
export type Mark = { origin: CallbackSummary['origin']; replayOf: number | null }

/** Which connections are our own. */
export type Origins = {
  /** Marks a connected socket of ours until it closes. To be called before its first byte is sent. */
  mark(ours: Socket, origin: Mark['origin'], replayOf?: number): void
  /** The mark of what comes in on this accepted socket. */
  of(accepted: Socket): Mark
  /** Tells of every mark from now on, and of those that there are, at once and in this turn. out: ends it. */
  tell(listener: (news: MarkNews) => void): () => void
}

export const fromNetwork: Mark = { origin: 'network', replayOf: null }

/**
 * Simulated and replayed requests are known by the address of the connection that they come from, not by a header:
 * nothing is added to the request, so nothing needs to be taken out again, and no sender can claim it, because the
 * system gives the address and port to nobody else while our socket is open.
 */
export function createOrigins(): Origins {
  const marked = new Map<string, Mark>()
  const listeners = new Set<(news: MarkNews) => void>()

  function note(name: string, mark: Mark | null): void {
    if (mark) marked.set(name, mark)
    else marked.delete(name)
    for (const listener of listeners) listener({ name, mark })
  }

  return {
    mark(ours, origin, replayOf) {
      const name = `${ours.localAddress} ${ours.localPort}`
      note(name, { origin, replayOf: replayOf ?? null })
      ours.once('close', () => note(name, null))
    },
    of: accepted => marked.get(nameOfAccepted(accepted)) ?? fromNetwork,
    tell(listener) {
      listeners.add(listener)
      for (const [name, mark] of marked) listener({ name, mark })
      return () => listeners.delete(listener)
    }
  }
}

/** The name under which the other end of an accepted connection is marked. */
export function nameOfAccepted(accepted: Socket): string {
  return `${accepted.remoteAddress} ${accepted.remotePort}`
}
