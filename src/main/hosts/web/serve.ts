import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import sirv from 'sirv'
import { WebSocketServer, type WebSocket } from 'ws'
import { Fault } from '#shared/faults.ts'
import { readFrame } from '../../base/call-frame.ts'
import { systemClock, type Clock } from '../../base/clock.ts'
import { logIncident, type Log } from '../../base/log.ts'
import { pageHeaders } from '../../base/page-policy.ts'
import { within } from '../../base/within.ts'
import type { Core } from '../../core.ts'
import { createDoorkeeper, type Doorkeeper } from './doorkeeper.ts'
import { createSessions, type Sessions } from './sessions.ts'

export type WebOptions = {
  core: Pick<Core, 'router' | 'close'>
  rendererDir: string
  /** 0: any free one. */
  port?: number
  log: Log
  clock?: Clock
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

const limits = { messageBytes: 8 * 1024 * 1024, politeCloseMs: 500, coreCloseMs: 10_000 }

/** A page asks in one piece; whoever sends slower than this holds a connection for nothing. */
const patience = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 5_000 }

/**
 * Serves the page and the contract on 127.0.0.1 to whoever has the token.
 * faults: port-taken, port-forbidden, not-found (the page was not built).
 */
export async function serveWeb(options: WebOptions): Promise<WebServer> {
  const { core, rendererDir, log, clock = systemClock } = options
  if (!existsSync(join(rendererDir, 'index.html'))) {
    throw new Fault('not-found', { message: 'The page has not been built', advice: 'Run "npm run build" first.' })
  }
  const server = createServer(patience)
  const port = await listen(server, options.port ?? 0)
  const { origin } = new URL(`http://127.0.0.1:${port}`)
  const sessions = createSessions(clock)
  const doorkeeper = createDoorkeeper(port, sessions)
  servePages(server, doorkeeper, rendererDir, port)
  const sockets = serveSockets({ server, doorkeeper, sessions, router: core.router, log })
  const freshUrl = () => `${origin}/?token=${sessions.issueToken()}`
  return {
    url: freshUrl(),
    origin,
    freshUrl,
    async close() {
      await closeServer(server, sockets, clock)
      if (!(await within(clock, limits.coreCloseMs, core.close()))) log.warn({}, 'the core did not close in time')
    }
  }
}

function servePages(server: Server, doorkeeper: Doorkeeper, rendererDir: string, port: number): void {
  const headers = pageHeaders(["'self'", `ws://127.0.0.1:${port}`, `ws://localhost:${port}`])
  // `dev` looks at the disk for each request: a list made at the start would break when the page is built anew.
  const files = sirv(rendererDir, { dev: true, etag: true })
  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    doorkeeper.admit(request, response, () => {
      // sirv trusts the range; one that ends before it begins would throw. The page's files are small.
      delete request.headers.range
      files(request, response)
    })
  })
}

function serveSockets(parts: {
  server: Server
  doorkeeper: Doorkeeper
  sessions: Sessions
  router: Core['router']
  log: Log
}): WebSocketServer {
  const { server, doorkeeper, sessions, router, log } = parts
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes })
  const handler = new RPCHandler(router)
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', error => log.debug({ problem: error.message }, 'socket broke'))
    const answer = doorkeeper.admitSocket(request)
    if ('status' in answer) {
      log.warn({ status: answer.status }, 'socket refused')
      refuseStream(stream, answer.status)
      return
    }
    sockets.handleUpgrade(request, stream, head, socket => {
      socket.on('close', sessions.hold(answer.session))
      socket.on('error', error => log.debug({ problem: error.message }, 'socket broke'))
      void handler.upgrade(onlyCalls(socket, log))
    })
  })
  return sockets
}

/** Ends it on this side too: a stranger that keeps its side open would keep the server from closing. */
function refuseStream(stream: Duplex, status: number): void {
  const text = `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
  stream.end(text, () => stream.destroy())
}

/** The socket as the calls' handler sees it: a message that is no call ends the socket and is a line in the log. */
function onlyCalls(socket: WebSocket, log: Log): Pick<WebSocket, 'addEventListener' | 'send'> {
  const hear: WebSocket['addEventListener'] = (type, listener, options) => {
    if (type !== 'message') return socket.addEventListener(type, listener, options)
    const tell = listener as (event: { data: string }) => void
    // A text message comes as text, a binary one as bytes.
    socket.addEventListener('message', ({ data }) => {
      const frame = readFrame(data)
      if (frame !== undefined) return tell({ data: frame })
      logIncident(log, new Error('a message that is no call'), 'socket')
      socket.close(1007)
    })
  }
  return { addEventListener: hear, send: socket.send.bind(socket) }
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
  await within(clock, limits.politeCloseMs, closed)
  for (const socket of sockets.clients) socket.terminate()
  server.closeAllConnections()
  await closed
}
