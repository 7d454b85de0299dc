import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Server as TlsServer, TLSSocket } from 'node:tls'
import { Fault } from '#shared/faults.ts'
import { createOpenAnswers, turnAway } from './malformed.ts'
import type { Limits } from './limits.ts'
import { createPlaces, type Places } from './places.ts'
import { responseTo } from './tunnel.ts'
import { createUnknownMethods } from './unknown-method.ts'

export type Edge = {
  port: number
  /** `[::1]` is missing on a machine without IPv6. */
  hosts: string[]
  /** Takes no more connections, lets what is on its way finish for as long as the limits say, then cuts the rest. */
  stop(): Promise<void>
}

export type EdgeOptions = {
  port: number
  limits: Limits
  /** `sendContinue` is given where the sender waits for a word before it sends the body. */
  onRequest: (request: IncomingMessage, response: ServerResponse, sendContinue?: () => void) => void
  /** The socket failed after it was open. */
  onFailure: (error: Error) => void
}

/** Opens the HTTP edge on loopback, v4 and v6 on the same port. faults: port-taken, port-forbidden. */
export function openEdge(options: EdgeOptions): Promise<Edge> {
  return openEdgeOf(options, httpOptions => createServer(httpOptions))
}

/** Opens an edge of servers that are made so. faults: port-taken, port-forbidden. */
export async function openEdgeOf(options: EdgeOptions, create: (options: ServerOptions) => Server): Promise<Edge> {
  const sockets = new Set<Socket>()
  const places = createPlaces(options.limits.connections)
  const equipped = () => equip(create(httpOptions(options.limits)), options, sockets, places)
  const servers = await bindBoth(options.port, equipped).catch((error: unknown) => {
    throw bindFault(error, options.port)
  })
  const port = portOf(servers[0])
  for (const each of servers) each.on('error', options.onFailure)
  return {
    port,
    hosts: servers.map((_, at) => (at === 0 ? '127.0.0.1' : '[::1]')),
    stop: () => closeAll(servers, sockets, options.limits.stopGraceMs)
  }
}

/** HTTP/1.1 alone, parsed strictly whatever NODE_OPTIONS says. */
function httpOptions(limits: Limits): ServerOptions {
  return {
    insecureHTTPParser: false,
    // The exchange looks at Host itself.
    requireHostHeader: false,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.idleTimeoutMs,
    connectionsCheckingInterval: limits.timeoutCheckMs
  }
}

function equip(server: Server, { limits, onRequest }: EdgeOptions, sockets: Set<Socket>, places: Places): Server {
  const answers = createOpenAnswers()
  const turnedAway = new WeakSet<Duplex>()
  const unknown = createUnknownMethods()
  // Node would otherwise cut the list of headers at 2,000; the size limit above is the one that counts.
  server.maxHeadersCount = 0
  // A sender that closes its half after the request (`nc -N`) still gets its answer. Missing in Node's types.
  Object.assign(server, { httpAllowHalfOpen: true })
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  server.on('connection', (socket: Socket) => {
    track(socket)
    if (unknown.isRetaken(socket)) places.secured(socket)
    else places.taken(socket)
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    track(socket)
    places.secured(socket)
  })
  const take = (request: IncomingMessage, response: ServerResponse, sendContinue?: () => void) => {
    if (unknown.restore(request)) response.shouldKeepAlive = false
    answers.opened(response)
    places.asked(response)
    onRequest(request, response, sendContinue)
  }
  server.on('request', (request, response) => take(request, response))
  server.on('checkContinue', (request, response) => take(request, response, () => response.writeContinue()))
  // Another expectation is nothing to refuse a callback for.
  server.on('checkExpectation', (request, response) => take(request, response))
  server.on('connect', request => {
    responseTo(request, answers, limits.lingerMs)
      .then(response => response && take(request, response))
      .catch(() => request.socket.destroy())
  })
  server.on('clientError', (problem, socket) => {
    if (turnedAway.has(socket)) return
    turnedAway.add(socket)
    const retaken = unknown.retake(problem, socket, answers)
    if (retaken) return void server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', retaken)
    turnAway(problem, socket, answers, limits.lingerMs).catch(() => socket.destroy())
  })
  return server
}

async function bindBoth(port: number, create: () => Server): Promise<[Server, ...Server[]]> {
  for (let triesLeft = 10; ; triesLeft--) {
    const four = await bind(create(), '127.0.0.1', port)
    try {
      return [four, await bind(create(), '::1', portOf(four))]
    } catch (error) {
      if (hasNoIpv6(error)) return [four]
      await new Promise(resolve => four.close(resolve))
      if (port !== 0 || triesLeft === 0) throw error
    }
  }
}

function bind(server: Server, host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}

async function closeAll(servers: readonly Server[], sockets: ReadonlySet<Socket>, graceMs: number): Promise<void> {
  const cut = setTimeout(() => destroyAll(sockets), graceMs)
  const closed = servers.map(each => new Promise(resolve => each.close(resolve)))
  for (const each of servers) each.closeIdleConnections()
  destroyAll(
    silentOf(
      sockets,
      servers.some(server => server instanceof TlsServer)
    )
  )
  await Promise.all(closed)
  clearTimeout(cut)
}

/**
 * Node does not count a connection as idle on which nothing has come yet. Of the https edge both are known, the connection
 * and the TLS within it: what comes before that is agreed on is no request.
 */
function silentOf(sockets: ReadonlySet<Socket>, isTls: boolean): Socket[] {
  const secure = [...sockets].filter(socket => socket instanceof TLSSocket)
  const carriers = new Set(secure.map(socket => socket.remotePort))
  const others = [...sockets].filter(socket => !(socket instanceof TLSSocket) && !carriers.has(socket.remotePort))
  return [
    ...secure.filter(socket => socket.bytesRead === 0),
    ...others.filter(socket => isTls || socket.bytesRead === 0)
  ]
}

function destroyAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy()
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

function hasNoIpv6(error: unknown): boolean {
  return ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error))
}

function bindFault(error: unknown, port: number): unknown {
  if (codeOf(error) === 'EADDRINUSE')
    return new Fault('port-taken', { message: `Port ${port} is used by another program.`, field: 'port', cause: error })
  if (codeOf(error) === 'EACCES')
    return new Fault('port-forbidden', {
      message: `The system does not allow port ${port}.`,
      field: 'port',
      cause: error
    })
  return error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
