import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Client } from '#shared/contract/index.ts'
import { forkNode } from '../../src/main/base/child.ts'
import type { Clock } from '../../src/main/base/clock.ts'
import { findLayout } from '../../src/main/base/layout.ts'
import { createLog, type Log } from '../../src/main/base/log.ts'
import { openCore } from '../../src/main/core.ts'
import { serveWeb, type WebServer } from '../../src/main/hosts/web/serve.ts'

let folder: string
let server: WebServer
let nowMs: number

let log: Log
const clock: Clock = {
  now: () => nowMs,
  elapsedMs: () => nowMs,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(new Error('aborted'))
      })
    })
}

async function serve(port?: number): Promise<WebServer> {
  const { sandboxEntry, version } = findLayout(join(import.meta.dirname, '../../src/main'))
  const core = await openCore({
    dataDir: mkdtempSync(join(folder, 'data-')),
    vault: 'session',
    host: { about: 'test', abilities: [] },
    fork: forkNode,
    sandboxEntry,
    version,
    log
  })
  try {
    return await serveWeb({ core, rendererDir: join(folder, 'page'), port, log, clock })
  } catch (error) {
    await core.close()
    throw error
  }
}

beforeEach(async () => {
  nowMs = 1_000_000
  folder = mkdtempSync(join(tmpdir(), 'plugboard-web-'))
  log = createLog({ file: join(folder, 'log') })
  mkdirSync(join(folder, 'page'))
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>the page</title>')
  writeFileSync(join(folder, 'page/app.js'), '"the script"')
  writeFileSync(join(folder, 'outside.txt'), 'outside')
  server = await serve()
})

afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

/** A request as it is given, with a path that nothing normalises on its way. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(server.origin)
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers }, response => {
      let body = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    sent.on('error', reject).end()
  })
}

function pathOf(url: string): string {
  return url.slice(server.origin.length)
}

async function enter(url = server.url): Promise<string> {
  const answer = await get(pathOf(url))
  expect(answer.status).toBe(303)
  const [cookie = ''] = (answer.headers['set-cookie'] as string[])[0]?.split(';') ?? []
  return cookie
}

function openSocket(headers: Record<string, string>, path = '/rpc'): Promise<WebSocket | number> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${path}`, { headers })
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket))
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.on('error', reject)
  })
}

test('the token is exchanged for a strict cookie and a redirect that no longer carries it', async () => {
  const answer = await get(pathOf(server.url))
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/')
  const [cookie = ''] = answer.headers['set-cookie'] as string[]
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
  expect(cookie).toContain(`plugboard-${new URL(server.origin).port}=`)
  expect(cookie).not.toContain(new URL(server.url).searchParams.get('token'))
})

test('a token works once', async () => {
  const cookie = await enter()
  const again = await get(pathOf(server.url))
  expect(again.status).toBe(401)
  expect(again.headers['set-cookie']).toBeUndefined()
  expect(again.body).toContain('used already')
  // In the browser that is in already, the link just leads home.
  expect((await get(pathOf(server.url), { cookie })).status).toBe(303)
})

test('a fresh address lets another browser in, and ends the address before it', async () => {
  const unused = server.freshUrl()
  const fresh = server.freshUrl()
  expect((await get(pathOf(unused))).status).toBe(401)
  const cookie = await enter(fresh)
  expect((await get('/', { cookie })).status).toBe(200)
})

test('nothing is served without the cookie, and the page says what to do', async () => {
  for (const path of ['/', '/index.html', '/app.js', '/rpc', '/nothing-here']) {
    const answer = await get(path, { cookie: 'plugboard-1=guess; other=1' })
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('Open the address that Plugboard printed')
    expect(answer.body).not.toContain('the page')
  }
  expect((await get('/?token=')).status).toBe(401)
  expect((await get(`/app.js${new URL(server.url).search}`)).status).toBe(401)
  expect((await get(pathOf(server.url), {}, 'HEAD')).status).toBe(401)
})

test('a link on another site leads in as well: the page asks again by itself, with the cookie', async () => {
  const cookie = await enter()
  const first = await get('/', { 'sec-fetch-site': 'cross-site' })
  expect([first.status, first.headers['refresh']]).toEqual([401, '0; url=/'])
  expect((await get('/', { 'sec-fetch-site': 'same-origin', cookie })).status).toBe(200)
  expect((await get('/', { 'sec-fetch-site': 'same-origin' })).headers['refresh']).toBeUndefined()
})

test('with the cookie the page comes under strict headers', async () => {
  const cookie = await enter()
  const answer = await get('/', { cookie })
  expect(answer.status).toBe(200)
  expect(answer.body).toContain('the page')
  const policy = String(answer.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe-eval')
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  expect(answer.headers['referrer-policy']).toBe('no-referrer')
  expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin')
  expect(answer.headers['access-control-allow-origin']).toBeUndefined()
})

test('a name that is not ours is refused, with the cookie and with the token (DNS rebinding)', async () => {
  const port = new URL(server.origin).port
  const hosts = ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `127.0.0.1.evil.example:${port}`]
  for (const host of hosts) {
    const answer = await get(pathOf(server.url), { host })
    expect(answer.status).toBe(403)
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
  const cookie = await enter()
  for (const host of hosts) expect((await get('/', { host, cookie })).status).toBe(403)
  expect((await get('/', { host: `localhost:${port}`, cookie })).status).toBe(200)
})

test('only reading is allowed', async () => {
  const cookie = await enter()
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const answer = await get('/', { cookie }, method)
    expect(answer.status).toBe(405)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  }
  expect((await get('/', { cookie }, 'HEAD')).status).toBe(200)
})

test('no path leads out of the page folder', async () => {
  const cookie = await enter()
  const paths = [
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e%2foutside.txt',
    '/..\\outside.txt',
    '/..%5coutside.txt',
    '/a/../../outside.txt',
    '//outside.txt',
    '/%00',
    '/%ff%fe',
    '/index.html%00.js'
  ]
  for (const path of paths) {
    const answer = await get(path, { cookie })
    expect({ path, status: answer.status }).toEqual({
      path,
      status: expect.toSatisfy((status: number) => status >= 400)
    })
    expect(answer.body).not.toContain('outside')
  }
  // A range that ends before it begins, and one that is none.
  for (const range of ['bytes=5-2', 'bytes=x', 'y']) expect((await get('/', { cookie, range })).status).toBe(200)
  expect((await get('/', { cookie })).status).toBe(200)
})

test('too many tries with a wrong token are slowed down', async () => {
  for (let tries = 0; tries < 10; tries += 1) expect((await get('/?token=guess')).status).toBe(401)
  const limited = await get('/?token=guess')
  expect(limited.status).toBe(429)
  expect(limited.headers['retry-after']).toBe('60')
  // Any web page can send wrong tokens; they do not keep the person out.
  await enter()
  nowMs += 61_000
  expect((await get('/?token=guess')).status).toBe(401)
})

test('a cookie of the same name from another port of this computer does not hide ours', async () => {
  const cookie = await enter()
  const [name] = cookie.split('=')
  expect((await get('/', { cookie: `${name}=tossed; ${cookie}` })).status).toBe(200)
  expect((await get('/', { cookie: `${name}=tossed; ${name}=again` })).status).toBe(401)
  const socket = await openSocket({ cookie: `${name}=tossed; ${cookie}`, origin: server.origin })
  expect(typeof socket).not.toBe('number')
})

test('a session that nobody uses ends', async () => {
  const cookie = await enter()
  nowMs += 11 * 3_600_000
  expect((await get('/', { cookie })).status).toBe(200)
  nowMs += 13 * 3_600_000
  expect((await get('/', { cookie })).status).toBe(401)
})

test('the socket serves the contract to our own page', async () => {
  const cookie = await enter()
  const socket = await openSocket({ cookie, origin: server.origin })
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
  const client: Client = createORPCClient(link)
  expect((await client.app.info()).vault).toBe('session')
  // An open socket keeps its session, however long it is silent.
  nowMs += 24 * 3_600_000
  expect((await get('/', { cookie })).status).toBe(200)
  socket.close()
})

test('a socket from elsewhere is refused (cross-site WebSocket)', async () => {
  const cookie = await enter()
  const { port } = new URL(server.origin)
  const strangers = ['https://evil.example', 'null', `https://127.0.0.1:${port}`, 'http://127.0.0.1:1', '']
  for (const origin of strangers) expect([origin, await openSocket({ cookie, origin })]).toEqual([origin, 403])
  expect(await openSocket({ cookie })).toBe(403)
  expect(await openSocket({ cookie, origin: `http://localhost:${port}` })).toBe(403)
  expect(await openSocket({ cookie, origin: 'http://evil.example', host: 'evil.example' })).toBe(403)
  expect(await openSocket({ origin: server.origin })).toBe(401)
  expect(await openSocket({ origin: server.origin, cookie: `plugboard-${port}=guess` })).toBe(401)
  expect(await openSocket({ cookie, origin: server.origin }, '/other')).toBe(404)
})

test('bytes that are no request do not stop the server', async () => {
  const cookie = await enter()
  const { hostname, port } = new URL(server.origin)
  await new Promise<void>(resolve => {
    const raw = connect(Number(port), hostname, () => raw.end('not http at all\r\n\r\n'))
    raw
      .resume()
      .on('error', () => undefined)
      .on('close', () => resolve())
  })
  expect((await get('/', { cookie })).status).toBe(200)
})

test('a message that is no call ends its socket, is a line in the log, and is printed nowhere', async () => {
  const cookie = await enter()
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const junk = [
    '{"i":1,"p":',
    '[]',
    'null',
    '{"i":"1"}',
    '{"i":"1","p":{}}',
    '{"i":"1","p":{"u":"http://evil.example/app/info"}}',
    '{"i":"1","p":{"u":"//"}}',
    '{"i":"1","p":{"u":"/app/info","h":{"content-type":1}},"t":3}',
    Buffer.from([0xff, 0x00, 0x01]),
    Buffer.from('{"i":"1","p":{"u":"/app/info"}}')
  ]
  try {
    for (const message of junk) {
      const socket = await openSocket({ cookie, origin: server.origin })
      if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
      const closed = new Promise(resolve => socket.on('close', resolve))
      socket.send(message)
      expect([String(message), await closed]).toEqual([String(message), 1007])
    }
    expect(printed).not.toHaveBeenCalled()
  } finally {
    printed.mockRestore()
  }
  expect((await get('/', { cookie })).status).toBe(200)
  const lines = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
  expect(lines.filter(line => line.includes('a message that is no call'))).toHaveLength(junk.length)
  expect(lines.join()).not.toContain('evil.example')
})

test('headers of a call beyond the one that is known are dropped, and the call is answered', async () => {
  const cookie = await enter()
  const socket = await openSocket({ cookie, origin: server.origin })
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  const answer = new Promise<string>(resolve =>
    socket.addEventListener('message', ({ data }) => resolve(data as string))
  )
  const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-disposition': 'attachment' }
  socket.send(JSON.stringify({ i: '1', p: { u: '/app/info', h: headers } }))
  expect(JSON.parse(await answer)).toMatchObject({ i: '1' })
  socket.terminate()
})

test('a stranger that keeps its side of a refused socket open does not keep the server from closing', async () => {
  const { hostname, port } = new URL(server.origin)
  const raw = connect({ port: Number(port), host: hostname, allowHalfOpen: true })
  const lines = ['GET /rpc HTTP/1.1', `Host: ${hostname}:${port}`, 'Connection: Upgrade', 'Upgrade: websocket']
  let said = ''
  const refused = new Promise(resolve => raw.on('end', resolve))
  raw.on('error', () => undefined).on('data', data => (said += String(data)))
  raw.write(`${lines.join('\r\n')}\r\n\r\n`)
  await refused
  expect(said).toMatch(/^HTTP\/1\.1 403 /)
  await server.close()
  raw.destroy()
  server = await serve()
})

test('two servers have cookies of different names, and one cookie does not open the other', async () => {
  const cookie = await enter()
  const other = await serve()
  try {
    const port = new URL(other.origin).port
    const forged = `plugboard-${port}=${cookie.split('=')[1]}`
    const answer = await fetch(other.origin, { headers: { cookie: `${cookie}; ${forged}` } })
    expect(answer.status).toBe(401)
  } finally {
    await other.close()
  }
})

test('a port that is taken is a fault that says so', async () => {
  await expect(serve(Number(new URL(server.origin).port))).rejects.toMatchObject({ code: 'port-taken' })
})

test('a page that was not built is a fault that says so', async () => {
  rmSync(join(folder, 'page/index.html'))
  await expect(serve()).rejects.toMatchObject({ code: 'not-found' })
})

test('close ends open sockets and frees the port', async () => {
  const cookie = await enter()
  const socket = await openSocket({ cookie, origin: server.origin })
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
  const closed = new Promise(resolve => socket.on('close', resolve))
  const port = Number(new URL(server.origin).port)
  await server.close()
  await closed
  server = await serve(port)
  expect((await get('/')).status).toBe(401)
})
