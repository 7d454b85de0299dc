import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { createHttp } from '../../src/main/base/http.ts'
import { codeFrom, openCoreOn } from '../helpers/core-child.ts'

// Proxies that open no tunnel. Nothing was sent then, so that the provider is unreachable, and it is said soon.

afterEach(() => {
  vi.unstubAllEnvs()
})

/** A proxy that does this with each request for a tunnel. out: how many there were. */
async function startProxy(onConnect: (socket: Socket) => void): Promise<() => number> {
  const sockets = new Set<Socket>()
  let asked = 0
  const server = createServer(socket => {
    sockets.add(socket)
    socket
      .on('error', () => socket.destroy())
      .once('data', () => {
        asked += 1
        onConnect(socket)
      })
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'])
    vi.stubEnv(name, `http://127.0.0.1:${port}`)
  return () => asked
}

async function faultThrough(connectTimeoutMs?: number) {
  const http = createHttp({ connectTimeoutMs })
  onTestFinished(() => http.close())
  const error = await http
    .send({ method: 'POST', url: 'https://provider.invalid/x', body: 'x', timeoutMs: 60_000 })
    .catch((failure: unknown) => failure)
  if (!(error instanceof Fault)) throw new Error('expected a fault', { cause: error })
  return error.report()
}

const breaks: [string, (socket: Socket) => void][] = [
  ['closes', socket => void socket.end()],
  ['resets', socket => void socket.resetAndDestroy()],
  ['answers half a line and closes', socket => void socket.end('HTTP/1.1 20')],
  ['refuses', socket => void socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')],
  ['answers what is no HTTP', socket => void socket.end('hello\r\n\r\n')],
  ['opens the tunnel and closes it', socket => void socket.end('HTTP/1.1 200 OK\r\n\r\n')]
]

test.each(breaks)('one that %s is asked once', async (_name, onConnect) => {
  const asked = await startProxy(onConnect)
  expect(await faultThrough()).toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('provider.invalid')
  })
  expect(asked()).toBe(1)
})

test('one that never answers is given up in time', async () => {
  const asked = await startProxy(() => undefined)
  expect(await faultThrough(200)).toMatchObject({
    code: 'unreachable',
    message: 'provider.invalid could not be reached in time'
  })
  expect(asked()).toBe(1)
})

test('a tunnel that is open has all the time that the answer may take', async () => {
  await startProxy(socket => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const answer = () => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate')
    socket.once('data', () => setTimeout(answer, 600))
  })
  const http = createHttp({ connectTimeoutMs: 200 })
  onTestFinished(() => http.close())
  expect((await http.send({ method: 'GET', url: 'http://provider.invalid/x' })).text).toBe('late')
})

test('an account behind a proxy that breaks off is tested like any that cannot be reached', async () => {
  const asked = await startProxy(socket => void socket.end())
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-proxy-'))
  const core = await openCoreOn(dataDir, 'test', undefined, undefined, { vault: 'session', passphrase: undefined })
  try {
    const account = { provider: 'exotel', label: 'A', baseUrl: 'https://provider.invalid' }
    const { id } = await core.client.accounts.add({
      ...account,
      fields: { appId: 'a' },
      secrets: { appSecret: 'secret-1' }
    })
    expect(await codeFrom(core.client.accounts.test({ id }))).toBe('unreachable')
    // A read is repeated twice.
    expect(asked()).toBe(3)
  } finally {
    await core.close()
    await rm(dataDir, { recursive: true, force: true })
  }
})
