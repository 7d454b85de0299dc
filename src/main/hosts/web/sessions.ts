import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'

/** Who is let in: a token that works once is exchanged for a session, and the session is what the cookie names. */
export type Sessions = {
  /** A new token; the one before stops working. */
  issueToken(): string
  /** out: a new session's id, or why there is none. */
  redeem(token: string): { session: string } | 'wrong' | 'too-many-tries'
  isOpen(session: string | undefined): session is string
  /** Keeps the session open while something uses it; call the result when it ends. */
  hold(session: string): () => void
}

const idleMs = 12 * 60 * 60_000
const tries = { limit: 10, windowMs: 60_000 }

export function createSessions(clock: Clock): Sessions {
  const sessions = new Map<string, { usedMs: number; holders: number }>()
  let token: string | undefined
  let failuresMs: number[] = []

  function isOpen(id: string | undefined): id is string {
    const session = id === undefined ? undefined : sessions.get(id)
    if (id === undefined || session === undefined) return false
    if (session.holders === 0 && clock.now() - session.usedMs > idleMs) {
      sessions.delete(id)
      return false
    }
    session.usedMs = clock.now()
    return true
  }

  /** The limit is on wrong tokens alone: any web page can send those, and must not keep the person out with them. */
  function refusal(): 'wrong' | 'too-many-tries' {
    failuresMs = failuresMs.filter(atMs => clock.now() - atMs < tries.windowMs)
    if (failuresMs.length >= tries.limit) return 'too-many-tries'
    failuresMs.push(clock.now())
    return 'wrong'
  }

  return {
    issueToken() {
      token = randomWord()
      return token
    },
    redeem(given) {
      if (token === undefined || !isEqual(given, token)) return refusal()
      token = undefined
      const session = randomWord()
      sessions.set(session, { usedMs: clock.now(), holders: 0 })
      return { session }
    },
    isOpen,
    hold(id) {
      const session = sessions.get(id)
      if (session) session.holders += 1
      return () => {
        if (!session) return
        session.holders -= 1
        session.usedMs = clock.now()
      }
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
