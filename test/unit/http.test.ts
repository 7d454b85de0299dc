import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createHttp } from '../../src/main/base/http.ts'
import type { HttpRequest } from '../../src/main/base/http.ts'
import { Fault } from '#shared/faults.ts'

test('gives status, text and the header pairs in order, duplicates kept', async () => {
  const url = await serve((_request, response) => {
    response.writeHead(418, ['X-One', '1', 'Set-Cookie', 'a', 'set-cookie', 'b']).end('short – and stout')
  })
  const answer = await client().send({ method: 'GET', url })
  expect(answer.status).toBe(418)
  expect(answer.text).toBe('short – and stout')
  expect(answer.headers.slice(0, 3)).toEqual([
    ['X-One', '1'],
    ['Set-Cookie', 'a'],
    ['set-cookie', 'b']
  ])
})

test('sends method, body, headers and its own name', async () => {
  let seen = ''
  const url = await serve(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    seen = `${request.method} ${request.headers['user-agent']} ${String(request.headers['x-a'])} ${body}`
    response.end()
  })
  const http = client({ userAgent: 'Plugboard/test' })
  await http.send({ method: 'PATCH', url, headers: { 'x-a': 'b' }, body: '{"ü":1}' })
  expect(seen).toBe('PATCH Plugboard/test b {"ü":1}')
})

test('does not follow a redirect', async () => {
  const url = await serve((_request, response) => response.writeHead(302, { location: '/elsewhere' }).end())
  expect((await client().send({ method: 'GET', url })).status).toBe(302)
})

test('a refused connection is unreachable', async () => {
  const port = await freePort()
  const report = await faultOf({ method: 'POST', url: `http://user:hunter2@127.0.0.1:${port}/a?token=abc` })
  expect(report).toMatchObject({ code: 'unreachable', message: `127.0.0.1:${port} refused the connection` })
})

test('an unknown name is unreachable', async () => {
  const report = await faultOf({ method: 'GET', url: 'http://nowhere.invalid/x?secret=1' })
  expect(report.code).toBe('unreachable')
  expect(report.message).toContain('nowhere.invalid')
  expect(report.message).not.toContain('secret')
})

test('a failed TLS handshake is unreachable: nothing was sent', async () => {
  let received = ''
  const url = await serveTcp(socket => {
    socket.on('data', chunk => (received += chunk.toString('latin1')))
    socket.write('this is no TLS\r\n\r\n')
    socket.end()
  })
  const report = await faultOf({ method: 'POST', url: url.replace('http:', 'https:'), body: 'precious' })
  expect(report.code).toBe('unreachable')
  expect(received).not.toContain('precious')
})

test('a connection that is closed during the TLS handshake is unreachable', async () => {
  const url = await serveTcp(socket => socket.resetAndDestroy())
  expect((await faultOf({ method: 'POST', url: url.replace('http:', 'https:'), body: 'x' })).code).toBe('unreachable')
})

test('a connection that breaks after the request went out has an unknown outcome', async () => {
  const reset = await serveTcp(socket => socket.once('data', () => socket.resetAndDestroy()))
  const closed = await serveTcp(socket => socket.once('data', () => socket.end()))
  expect((await faultOf({ method: 'POST', url: reset, body: 'x' })).code).toBe('outcome-unknown')
  expect((await faultOf({ method: 'POST', url: closed, body: 'x' })).code).toBe('outcome-unknown')
})

test('a silent server is a timeout, also in the middle of the body', async () => {
  const silent = await serve(() => undefined)
  const halfway = await serve(
    (_request, response) => void response.writeHead(200, { 'content-length': 10 }).write('12345')
  )
  const report = await faultOf({ method: 'GET', url: silent, timeoutMs: 80 })
  expect(report).toMatchObject({ code: 'timeout', message: expect.stringContaining('80 ms') as string })
  expect((await faultOf({ method: 'GET', url: halfway, timeoutMs: 80 })).code).toBe('timeout')
})

test('a body that is cut short is a protocol fault, with a length and chunked', async () => {
  const withLength = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': 10 })
    response.write('12345', () => response.destroy())
  })
  const chunked = await serve((_request, response) => void response.write('12345', () => response.destroy()))
  expect((await faultOf({ method: 'GET', url: withLength })).code).toBe('protocol')
  expect((await faultOf({ method: 'GET', url: chunked })).code).toBe('protocol')
})

test('what is not HTTP is a protocol fault', async () => {
  const url = await serveTcp(socket => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n')))
  expect((await faultOf({ method: 'GET', url })).code).toBe('protocol')
})

test('an answer over the limit is a protocol fault', async () => {
  const url = await serve((_request, response) => response.end('x'.repeat(2000)))
  const report = await faultOf({ method: 'GET', url, limitBytes: 1000 })
  expect(report).toMatchObject({ code: 'protocol', message: expect.stringContaining('too large') as string })
  expect((await client().send({ method: 'GET', url, limitBytes: 2000 })).text).toHaveLength(2000)
})

test('an aborted signal cancels, before and during the exchange', async () => {
  const url = await serve(() => undefined)
  expect((await faultOf({ method: 'GET', url, signal: AbortSignal.abort() })).code).toBe('cancelled')
  expect((await faultOf({ method: 'GET', url, signal: AbortSignal.timeout(50) })).code).toBe('cancelled')
})

test('an address that is not http is invalid input', async () => {
  for (const url of ['ftp://example.com', 'nonsense', 'sandbox:exotel']) {
    expect((await faultOf({ method: 'GET', url })).code).toBe('invalid-input')
  }
})

test('takes the proxy from the environment, but never for this computer', async () => {
  const asked: string[] = []
  const proxy = await serveHttp((request, response) => void response.end(request.url))
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
  })
  const url = await serve((_request, response) => response.end('direct'))
  const before = process.env['http_proxy']
  process.env['http_proxy'] = addressOf(proxy)
  try {
    const http = client()
    expect((await http.send({ method: 'GET', url })).text).toBe('direct')
    const report = await faultOf({ method: 'POST', url: 'http://provider.invalid/x', body: 'x' }, http)
    expect(report).toMatchObject({ code: 'unreachable', message: expect.stringContaining('proxy') as string })
    expect(asked).toEqual(['provider.invalid:80'])
  } finally {
    if (before === undefined) delete process.env['http_proxy']
    else process.env['http_proxy'] = before
  }
})

test('close ends what is under way', async () => {
  const url = await serve(() => undefined)
  const http = createHttp()
  const failed = http.send({ method: 'GET', url }).catch((error: unknown) => error)
  await new Promise(resolve => setTimeout(resolve, 50))
  await http.close()
  expect(await failed).toBeInstanceOf(Fault)
})

function client(options?: { userAgent?: string }) {
  const http = createHttp(options)
  onTestFinished(() => http.close())
  return http
}

async function faultOf(request: HttpRequest, http = client()) {
  const error = await http.send(request).then(
    () => undefined,
    (failure: unknown) => failure
  )
  if (!(error instanceof Fault)) throw new Error('expected a fault', { cause: error })
  return error.report()
}

type Listener = (...parts: Parameters<RequestListener>) => unknown

async function serve(listener: Listener): Promise<string> {
  return addressOf(await serveHttp(listener))
}

async function serveHttp(listener: Listener) {
  const server = createHttpServer((request, response) => void listener(request, response))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return listening(server)
}

async function serveTcp(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket)
    socket.on('error', () => sockets.delete(socket))
    onSocket(socket)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return addressOf(await listening(server))
}

async function freePort(): Promise<number> {
  const server = await listening(createTcpServer())
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function listening<T extends Server>(server: T): Promise<T> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
