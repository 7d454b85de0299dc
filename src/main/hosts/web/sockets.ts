import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import { readFrame } from '../../base/call-frame.ts'
import type { Clock } from '../../base/clock.ts'
import { logIncident, type Log } from '../../base/log.ts'
import type { Core } from '../../core.ts'
import type { Doorkeeper } from './doorkeeper.ts'
import { refuseStream } from './refusal.ts'
import type { Sessions } from './sessions.ts'

export type SocketLimits = {
  /** One message of the page. */
  messageBytes: number
  /** What a page may leave unread. */
  unreadBytes: number
}

type Parts = {
  server: Server
  doorkeeper: Doorkeeper
  sessions: Sessions
  router: Core['router']
  log: Log
  clock: Clock
  limits: SocketLimits
  /** The headers of every answer. */
  headers: Record<string, string>
}

/** Serves the contract over the sockets that the doorkeeper admits. A session that is ended ends its sockets. */
export function serveSockets(parts: Parts): WebSocketServer {
  const { server, doorkeeper, sessions, router, log, limits, headers } = parts
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.messageBytes })
  const handler = new RPCHandler(router)
  const noteRefusal = seldom(parts.clock, status => log.warn({ status }, 'socket refused'))
  function refuse(stream: Duplex, status: number): void {
    noteRefusal(status)
    refuseStream(stream, status, headers)
  }
  // What is no handshake; ws would answer without our headers.
  sockets.on('wsClientError', (_error, stream) => refuse(stream, 400))
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', error => log.debug({ problem: error.message }, 'socket broke'))
    const answer = doorkeeper.admitSocket(request)
    if ('status' in answer) return refuse(stream, answer.status)
    let close: () => void = () => stream.destroy()
    const release = sessions.hold(answer.session, () => close())
    if (release === undefined) return refuse(stream, 429)
    stream.once('close', release)
    sockets.handleUpgrade(request, stream, head, socket => {
      // 1008: a policy, not a mistake.
      close = () => socket.close(1008)
      socket.on('error', error => log.debug({ problem: error.message }, 'socket broke'))
      void handler.upgrade(onlyCalls(socket, log, limits))
    })
  })
  return sockets
}

/** Passes on at most one a minute: whoever is refused can come as often as it likes, and the log is on the disk. */
function seldom(clock: Clock, tell: (status: number) => void): (status: number) => void {
  let lastMs = -Infinity
  return status => {
    if (clock.now() - lastMs < 60_000) return
    lastMs = clock.now()
    tell(status)
  }
}

/**
 * The socket as the calls' handler sees it: a message that is no call ends the socket and is a line in the log, and so does a
 * page that asks and does not read.
 */
function onlyCalls(
  socket: WebSocket,
  log: Log,
  { unreadBytes }: SocketLimits
): Pick<WebSocket, 'addEventListener' | 'send'> {
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
  const send = (data: Parameters<WebSocket['send']>[0]) => {
    if (socket.bufferedAmount <= unreadBytes) return socket.send(data)
    if (socket.readyState !== socket.OPEN) return
    log.warn({ unreadBytes: socket.bufferedAmount }, 'a page does not read what it asked for')
    socket.terminate()
  }
  return { addEventListener: hear, send }
}
