import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { createTries } from './tries.ts'

/** Who is let in: a token that works once is exchanged for a session, and the session is what the cookie names. */
export type Sessions = {
  /** A new token; the one before stops working, and a pause after wrong ones ends. */
  issueToken(): string
  /** out: a new session's id, or why there is none; in a pause the token was not looked at. */
  redeem(token: string): { session: string } | { pauseMs: number } | 'wrong'
  isOpen(session: string | undefined): session is string
  /**
   * Keeps the session open while something uses it; call the result when that ends. `onEnd` is called when the session is
   * ended meanwhile. out: undefined when it has as many holders as it may have, or is not open.
   */
  hold(session: string, onEnd: () => void): (() => void) | undefined
  end(session: string): void
}

type Session = { usedMs: number; holders: Set<() => void> }

const idleMs = 12 * 60 * 60_000
/** More than anybody has tabs of one app. */
const mostHolders = 32

export function createSessions(clock: Clock): Sessions {
  const sessions = new Map<string, Session>()
  const tries = createTries(clock)
  let token: string | undefined

  function isOpen(id: string | undefined): id is string {
    const session = id === undefined ? undefined : sessions.get(id)
    if (id === undefined || session === undefined) return false
    if (session.holders.size === 0 && clock.now() - session.usedMs > idleMs) {
      sessions.delete(id)
      return false
    }
    session.usedMs = clock.now()
    return true
  }

  return {
    issueToken() {
      token = randomWord()
      tries.forgive()
      return token
    },
    redeem(given) {
      const pauseMs = tries.pauseMs()
      if (pauseMs > 0) return { pauseMs }
      if (token === undefined || !isEqual(given, token)) {
        tries.failed()
        return 'wrong'
      }
      token = undefined
      tries.forgive()
      const session = randomWord()
      sessions.set(session, { usedMs: clock.now(), holders: new Set() })
      return { session }
    },
    isOpen,
    hold(id, onEnd) {
      const session = sessions.get(id)
      if (session === undefined || session.holders.size >= mostHolders) return undefined
      const holder = () => onEnd()
      session.holders.add(holder)
      return () => {
        session.holders.delete(holder)
        session.usedMs = clock.now()
      }
    },
    end(id) {
      const holders = sessions.get(id)?.holders ?? []
      sessions.delete(id)
      for (const onEnd of holders) onEnd()
    }
  }
}

function randomWord(): string {
  return randomBytes(32).toString('base64url')
}

/** Compares digests, so that the time taken says nothing about either text or its length. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
