import type { Socket } from 'node:net'
import type { CallbackSummary } from '#shared/model/callback.ts'

type Origin = CallbackSummary['origin']

/** Which connections are our own. */
export type Origins = {
  /** Marks a connected socket of ours until it closes. To be called before its first byte is sent. */
  mark(ours: Socket, origin: Origin): void
  /** The origin of what comes in on this accepted socket. */
  of(accepted: Socket): Origin
}

/**
 * Simulated and replayed requests are known by the address of the connection that they come from, not by a header:
 * nothing is added to the request, so nothing needs to be taken out again, and no sender can claim it, because the
 * system gives the address and port to nobody else while our socket is open.
 */
export function createOrigins(): Origins {
  const marked = new Map<string, Origin>()
  return {
    mark(ours, origin) {
      const name = `${ours.localAddress} ${ours.localPort}`
      marked.set(name, origin)
      ours.once('close', () => marked.delete(name))
    },
    of: accepted => marked.get(`${accepted.remoteAddress} ${accepted.remotePort}`) ?? 'network'
  }
}
