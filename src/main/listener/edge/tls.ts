import type { Server } from 'node:http'
import * as https from 'node:https'
import type { Identity } from '../https/certificates.ts'
import { openEdgeOf, type Edge, type EdgeOptions } from './server.ts'

/** The https edge: closed until it is told to open, beside the http one and with the same exchange behind it. */
export type TlsEdge = {
  /** null while it is closed. */
  port(): number | null
  /**
   * Opens with this identity, or goes on with it for new connections where it is open; null closes. in: port: where it opens;
   * 0: any free one. out: the port. faults: port-taken, port-forbidden.
   */
  set(identity: Identity | null, port: number): Promise<number | null>
  stop(): Promise<void>
}

type Open = { edge: Edge; servers: https.Server[] }

export function createTlsEdge(options: Omit<EdgeOptions, 'port'>): TlsEdge {
  let open: Open | null = null
  let last: Promise<unknown> = Promise.resolve()

  async function set(identity: Identity | null, port: number): Promise<number | null> {
    if (identity === null) {
      const closing = open
      open = null
      await closing?.edge.stop()
      return null
    }
    if (open) for (const server of open.servers) server.setSecureContext(contextOf(identity))
    open ??= await openNow({ ...options, port }, identity)
    return open.edge.port
  }

  /** One after the other, whoever asks. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work)
    last = next.catch(() => undefined)
    return next
  }

  return {
    port: () => open?.edge.port ?? null,
    set: (identity, port) => inTurn(() => set(identity, port)),
    async stop() {
      await inTurn(() => set(null, 0))
    }
  }
}

async function openNow(options: EdgeOptions, identity: Identity): Promise<Open> {
  const servers: https.Server[] = []
  const edge = await openEdgeOf(options, (httpOptions): Server => {
    const server = https.createServer({
      ...httpOptions,
      ...contextOf(identity),
      // What is captured is what HTTP/1.1 carries, byte for byte; HTTP/2 has no request line and packs its headers.
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      // As of the http edge: a sender that ends its half after the request still gets its answer.
      allowHalfOpen: true,
      handshakeTimeout: options.limits.headersTimeoutMs
    })
    // Whoever cannot or does not want to speak TLS is none of our business.
    server.on('tlsClientError', (_error, socket) => socket.destroy())
    servers.push(server)
    return server
  })
  return { edge, servers }
}

function contextOf({ certificate, key }: Identity): { cert: string; key: string } {
  return { cert: certificate, key }
}
