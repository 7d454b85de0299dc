import { createServer } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'

export type SandboxRequest = {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
}

export type Reply = { status: number; headers?: Record<string, string>; body: string }

/** What becomes of a request: an answer, half an answer, silence, or a broken connection. */
export type Answer =
  | { kind: 'reply'; reply: Reply }
  | { kind: 'cut'; reply: Reply }
  | { kind: 'hang' }
  | { kind: 'reset' }

export type Handler = (request: SandboxRequest) => Promise<Answer>

export type Listening = { url: string; port: number; close(): void }

const bodyLimitBytes = 256 * 1024
const headerLimitBytes = 16 * 1024
const longestHangMs = 120_000

class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value)
  }
}

export function plain(status: number, text: string): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` }
}

/**
 * Serves the handler on loopback. in: ports to try in this order, 0 for any free one. faults: the system's error of the
 * last port (`EADDRINUSE`, `EACCES`).
 */
export async function serveOnLoopback(handler: Handler, ports: number[]): Promise<Listening> {
  const server = createServer({
    maxHeaderSize: headerLimitBytes,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 5_000
  })
  const allowedHosts = new Set<string>()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void serve(request, response, handler, allowedHosts)
  })
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    else socket.destroy()
  })
  const port = await listenOnFirst(server, ports)
  for (const name of ['127.0.0.1', 'localhost']) allowedHosts.add(`${name}:${port}`)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close() {
      server.close()
      server.closeAllConnections()
    }
  }
}

async function listenOnFirst(server: Server, ports: number[]): Promise<number> {
  const [port = 0, ...others] = ports
  try {
    return await listenOn(server, port)
  } catch (error) {
    if (others.length === 0) throw error
    return listenOnFirst(server, others)
  }
}

function listenOn(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1' }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  handler: Handler,
  allowedHosts: ReadonlySet<string>
): Promise<void> {
  // A client may go at any moment; that is no event for a server.
  request.on('error', () => response.destroy())
  response.on('error', () => response.destroy())
  try {
    // A page in a browser can make its name point here; it cannot change the Host header that goes with it.
    if (!allowedHosts.has((request.headers.host ?? '').toLowerCase())) throw new Refusal(403, 'unknown host')
    const body = await readBody(request)
    deliver(request, response, await handler(readRequest(request, body)))
  } catch (error) {
    if (!(error instanceof Refusal)) process.stderr.write(`sandbox: ${String(error)}\n`)
    const reply = error instanceof Refusal ? plain(error.status, error.message) : plain(500, 'the simulator failed')
    response.setHeader('connection', 'close')
    if (!response.headersSent) send(response, reply)
  }
}

function readRequest(request: IncomingMessage, body: Buffer): SandboxRequest {
  const target = request.url ?? ''
  if (!target.startsWith('/')) throw new Refusal(400, 'bad request target')
  const [path = '/', ...query] = target.split('?')
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    headers: request.headers,
    body
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > bodyLimitBytes) throw new Refusal(413, 'the body is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function deliver(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  switch (answer.kind) {
    case 'reply':
      return send(response, answer.reply)
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case 'hang':
      setTimeout(() => request.socket.destroy(), longestHangMs).unref()
      return
    case 'cut': {
      const whole = Buffer.from(answer.reply.body)
      response.writeHead(answer.reply.status, { ...answer.reply.headers, 'content-length': String(whole.length) })
      response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => request.socket.destroy())
    }
  }
}

function send(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body)
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(body.length) })
  response.end(body)
}
