import type { Identity } from '../https/certificates.ts'
import type { Engine } from './engine.ts'
import { fromAcross, toCross, type Crossed } from './thread-talk.ts'

/** Opens, renews or closes the https edge of the engine in its thread. The key crosses in memory alone. */
export type SecureOrder = { type: 'secure'; call: number; identity: Identity | null; port: number }
export type SecureAnswer =
  | { type: 'secured'; call: number; port: number | null }
  | { type: 'not-secured'; call: number; why: Crossed }

/** The side of the core's thread. `end`: no answer will come any more. */
export function securingAcross(talk: (order: SecureOrder) => void) {
  const waiting = new Map<number, PromiseWithResolvers<number | null>>()
  let calls = 0
  return {
    secure: (identity: Identity | null, port: number): Promise<number | null> => {
      const call = ++calls
      const asked = Promise.withResolvers<number | null>()
      waiting.set(call, asked)
      talk({ type: 'secure', call, identity, port })
      return asked.promise
    },
    take(answer: SecureAnswer): void {
      const asked = waiting.get(answer.call)
      waiting.delete(answer.call)
      if (answer.type === 'secured') asked?.resolve(answer.port)
      else asked?.reject(fromAcross(answer.why))
    },
    end(): void {
      for (const asked of waiting.values()) asked.resolve(null)
      waiting.clear()
    }
  }
}

/** The side of the engine's thread. */
export async function carryOut(
  engine: Pick<Engine, 'secure'>,
  { call, identity, port }: SecureOrder,
  tell: (answer: SecureAnswer) => void
): Promise<void> {
  try {
    tell({ type: 'secured', call, port: await engine.secure(identity, port) })
  } catch (error) {
    tell({ type: 'not-secured', call, why: toCross(error) })
  }
}
