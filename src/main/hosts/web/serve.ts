import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import sirv from 'sirv'
import type { WebSocketServer } from 'ws'
import { Fault } from '#shared/faults.ts'
import { systemClock, type Clock } from '../../base/clock.ts'
import type { Log } from '../../base/log.ts'
import { pageHeaders } from '../../base/page-policy.ts'
import { within } from '../../base/within.ts'
import type { Core } from '../../core.ts'
import { createDoorkeeper, type Doorkeeper } from './doorkeeper.ts'
import { refuseStream } from './refusal.ts'
import { createSessions } from './sessions.ts'
import { serveSockets, type SocketLimits } from './sockets.ts'

export type WebOptions = {
  core: Pick<Core, 'router' | 'close'>
  rendererDir: string
  /** 0: any free one. */
  port?: number
  log: Log
  clock?: Clock
  limits?: Partial<Limits>
}

export type WebServer = {
  /** With the first one-time token. */
  url: string
  origin: string
  /** A URL with a new token; the one before stops working. */
  freshUrl(): string
  /** Ends the sockets, the server and the core; bounded. */
  close(): Promise<void>
}

/** A page asks in one piece and reads at once; whoever is slower than this holds a connection for nothing. */
type Limits = SocketLimits & {
  headersMs: number
  requestMs: number
  /** A connection on which nothing moves. */
  stillMs: number
  connections: number
}

const usualLimits: Limits = {
  messageBytes: 8 * 1024 * 1024,
  unreadBytes: 256 * 1024 * 1024,
  headersMs: 10_000,
  requestMs: 20_000,
  stillMs: 30_000,
  connections: 256
}
const closing = { politeMs: 500, coreMs: 10_000 }

/**
 * Serves the page and the contract on 127.0.0.1 to whoever has the token.
 * faults: port-taken, port-forbidden, not-found (the page was not built).
 */
export async function serveWeb(options: WebOptions): Promise<WebServer> {
  const { core, rendererDir, log, clock = systemClock } = options
  if (!existsSync(join(rendererDir, 'index.html'))) {
    throw new Fault('not-found', { message: 'The page has not been built', advice: 'Run "npm run build" first.' })
  }
  const limits = { ...usualLimits, ...options.limits }
  const server = createLimitedServer(limits)
  const port = await listen(server, options.port ?? 0)
  const { origin } = new URL(`http://127.0.0.1:${port}`)
  const sessions = createSessions(clock)
  const doorkeeper = createDoorkeeper(port, sessions)
  const headers = headersFor(port)
  servePages({ server, doorkeeper, rendererDir, headers })
  const sockets = serveSockets({ server, doorkeeper, sessions, router: core.router, log, clock, limits, headers })
  const freshUrl = () => `${origin}/?token=${sessions.issueToken()}`
  return {
    url: freshUrl(),
    origin,
    freshUrl,
    async close() {
      await closeServer(server, sockets, clock)
      if (!(await within(clock, closing.coreMs, core.close()))) log.warn({}, 'the core did not close in time')
    }
  }
}

function createLimitedServer({ headersMs, requestMs, stillMs, connections }: Limits): Server {
  const server = createServer({
    // Without a Host header the doorkeeper refuses it; Node would without our headers.
    requireHostHeader: false,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: headersMs / 2
  })
  server.timeout = stillMs
  server.maxConnections = connections
  return server
}

/** What every answer has, whatever its status. */
function headersFor(port: number): Record<string, string> {
  const connect = ["'self'", `ws://127.0.0.1:${port}`, `ws://localhost:${port}`]
  return { ...pageHeaders(connect), 'Cache-Control': 'no-store' }
}

function servePages(parts: {
  server: Server
  doorkeeper: Doorkeeper
  rendererDir: string
  headers: Record<string, string>
}): void {
  const { server, doorkeeper, rendererDir, headers } = parts
  // `dev` looks at the disk for each request: a list made at the start would break when the page is built anew.
  const files = sirv(rendererDir, { dev: true, etag: false })
  function answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    doorkeeper.admit(request, response, () => {
      // sirv trusts the range; one that ends before it begins would throw. The page's files are small.
      delete request.headers.range
      files(request, response)
    })
  }
  server.on('request', answer)
  // Whoever asks before it sends a body is told without it; Node would invite the body, or answer without our headers.
  server.on('checkContinue', answer)
  server.on('checkExpectation', answer)
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    refuseStream(stream, statusOf(error.code), headers)
  })
}

/** For bytes that are no request, or not in time. */
function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(listenFault(error, port)))
    server.listen(port, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

function listenFault(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new Fault('port-taken', { message: `Port ${port} is used by another program`, cause: error })
  }
  if (error.code === 'EACCES') {
    return new Fault('port-forbidden', { message: `The system does not allow port ${port}`, cause: error })
  }
  return error
}

async function closeServer(server: Server, sockets: WebSocketServer, clock: Clock): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  for (const socket of sockets.clients) socket.close(1001)
  server.closeIdleConnections()
  await within(clock, closing.politeMs, closed)
  for (const socket of sockets.clients) socket.terminate()
  server.closeAllConnections()
  await closed
}
