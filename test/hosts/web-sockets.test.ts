import { connect } from 'node:net'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { WebSocket } from 'ws'
import type { Client } from '#shared/contract/index.ts'
import { openRaw, type RawConnection } from '../helpers/raw-http.ts'
import { openWebDoor, type WebDoor } from '../helpers/web-door.ts'

// The socket of the browser's door: who gets one, and what comes of those who misuse it.

let door: WebDoor
let cookie: string

beforeEach(async () => {
  door = await openWebDoor({ messageBytes: 100_000, unreadBytes: 1_000_000 })
  cookie = await door.enter()
})

afterEach(async () => {
  await door.remove()
})

function closeOf(socket: WebSocket): Promise<number> {
  return new Promise(resolve => socket.on('close', resolve))
}

/** A handshake by hand, so that what follows it can be no message at all. */
async function shakeHands(change: Record<string, string | undefined> = {}): Promise<RawConnection> {
  const raw = await openRaw(door.port)
  const headers = {
    Host: `127.0.0.1:${door.port}`,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    Origin: door.server.origin,
    Cookie: cookie,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    ...change
  }
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}`))
  raw.send(`GET /rpc HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  return raw
}

test('it serves the contract to our own page', async () => {
  const socket = await door.reach(cookie)
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
  const client: Client = createORPCClient(link)
  expect((await client.app.info()).vault).toBe('session')
})

test('a socket from elsewhere is refused (cross-site WebSocket)', async () => {
  const { port, tryReaching } = door
  const { origin: ours } = door.server
  const strangers = ['https://evil.example', 'null', `https://127.0.0.1:${port}`, 'http://127.0.0.1:1', '', `${ours}/`]
  for (const origin of strangers) expect([origin, await tryReaching({ cookie, origin })]).toEqual([origin, 403])
  expect(await tryReaching({ cookie })).toBe(403)
  expect(await tryReaching({ cookie, origin: `http://localhost:${port}` })).toBe(403)
  expect(await tryReaching({ cookie, origin: 'http://evil.example', host: 'evil.example' })).toBe(403)
  expect(await tryReaching({ cookie, origin: `http://evil.example:${port}`, host: `evil.example:${port}` })).toBe(403)
})

test('without a session there is none', async () => {
  const { origin } = door.server
  expect(await door.tryReaching({ origin })).toBe(401)
  expect(await door.tryReaching({ origin, cookie: `plugboard-${door.port}=guess` })).toBe(401)
})

test('there is one address for it, to the letter, and no subprotocol', async () => {
  const headers = { cookie, origin: door.server.origin }
  for (const path of ['/other', '/', '/rpc/', '/rpc?x=1', '//rpc', '/%72pc', '/RPC']) {
    expect([path, await door.tryReaching(headers, path)]).toEqual([path, 404])
  }
  expect(await door.tryReaching(headers, '/rpc', ['graphql-ws'])).toBe(400)
})

test('a handshake that is none is refused under the headers of every answer', async () => {
  const changes = [
    { 'Sec-WebSocket-Key': undefined },
    { 'Sec-WebSocket-Key': 'short' },
    { 'Sec-WebSocket-Version': '7' },
    { Upgrade: 'h2c' }
  ]
  for (const change of changes) {
    const raw = await shakeHands(change)
    const { status, head } = await raw.answer()
    expect([change, status]).toEqual([change, 400])
    expect(head).toContain("frame-ancestors 'none'")
    await raw.closed()
  }
  const refused = await shakeHands({ Origin: 'https://evil.example' })
  expect((await refused.answer()).head).toContain('Cache-Control: no-store')
})

test('a session has 32 sockets and no more, and one that closes makes room', async () => {
  const headers = { cookie, origin: door.server.origin }
  const sockets = await Promise.all(Array.from({ length: 32 }, () => door.reach(cookie)))
  expect(await door.tryReaching(headers)).toBe(429)
  // Another person's browser is not kept out.
  await door.reach(await door.enter(door.server.freshUrl()))
  const [first] = sockets
  first?.terminate()
  await expect.poll(async () => typeof (await door.tryReaching(headers))).toBe('object')
})

test('a message over the limit ends its socket before it is read', async () => {
  const socket = await door.reach(cookie)
  const closed = closeOf(socket)
  socket.send(JSON.stringify({ i: '1', p: { u: '/app/info', b: 'x'.repeat(100_001) } }))
  expect(await closed).toBe(1009)
})

test.each([
  ['without a mask', [0x81, 0x02, 0x7b, 0x7d]],
  ['of a reserved kind', [0x83, 0x80, 0, 0, 0, 0]],
  ['with a reserved bit, as compressed ones have', [0xc1, 0x80, 0, 0, 0, 0]],
  ['that goes on where nothing began', [0x80, 0x80, 0, 0, 0, 0]],
  ['of control that is cut in pieces', [0x09, 0x80, 0, 0, 0, 0]],
  ['with a length of 2^63', [0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]],
  ['whose text is no UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xff]]
])('a frame %s ends its socket, and no other', async (_name, bytes) => {
  const raw = await shakeHands()
  expect((await raw.answer()).status).toBe(101)
  raw.send(Uint8Array.from(bytes))
  // A close frame with a code that says why, then the end.
  const said = Buffer.from(await raw.closed(), 'latin1')
  expect([said[0], [1002, 1007, 1009].includes(said.readUInt16BE(2))]).toEqual([0x88, true])
  const socket = await door.reach(cookie)
  expect(socket.readyState).toBe(socket.OPEN)
})

test('a message that is no call ends its socket, is a line in the log, and is printed nowhere', async () => {
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
      const socket = await door.reach(cookie)
      const closed = closeOf(socket)
      socket.send(message)
      expect([String(message), await closed]).toEqual([String(message), 1007])
    }
    expect(printed).not.toHaveBeenCalled()
  } finally {
    printed.mockRestore()
  }
  expect((await door.get('/', { cookie })).status).toBe(200)
  const lines = door.logged().trim().split('\n')
  expect(lines.filter(line => line.includes('a message that is no call'))).toHaveLength(junk.length)
  expect(lines.join()).not.toContain('evil.example')
})

test('headers of a call beyond the one that is known are dropped, and the call is answered', async () => {
  const socket = await door.reach(cookie)
  const answer = new Promise<string>(resolve =>
    socket.addEventListener('message', ({ data }) => resolve(data as string))
  )
  const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-disposition': 'attachment' }
  socket.send(JSON.stringify({ i: '1', p: { u: '/app/info', h: headers } }))
  expect(JSON.parse(await answer)).toMatchObject({ i: '1' })
  socket.terminate()
})

test('a page that asks and never reads is let go before its answers fill the memory', async () => {
  const socket = await door.reach(cookie)
  const closed = closeOf(socket)
  socket.pause()
  for (let call = 0; call < 2000; call += 1) {
    socket.send(JSON.stringify({ i: String(call), p: { u: '/providers/list' } }))
  }
  await expect.poll(() => door.logged(), { timeout: 30_000 }).toContain('does not read what it asked for')
  socket.resume()
  expect(await closed).toBe(1006)
})

test('refusals are one line in the log, however many there are', async () => {
  for (let tries = 0; tries < 20; tries += 1) await door.tryReaching({ cookie, origin: 'https://evil.example' })
  expect(door.logged().match(/socket refused/g)).toHaveLength(1)
})

test('a stranger that keeps its side of a refused socket open does not keep the server from closing', async () => {
  const raw = connect({ port: door.port, host: '127.0.0.1', allowHalfOpen: true })
  const lines = ['GET /rpc HTTP/1.1', `Host: 127.0.0.1:${door.port}`, 'Connection: Upgrade', 'Upgrade: websocket']
  let said = ''
  const refused = new Promise(resolve => raw.on('end', resolve))
  raw.on('error', () => undefined).on('data', data => (said += String(data)))
  raw.write(`${lines.join('\r\n')}\r\n\r\n`)
  await refused
  expect(said).toMatch(/^HTTP\/1\.1 403 /)
  await door.server.close()
  raw.destroy()
})

test('close ends open sockets and frees the port', async () => {
  const socket = await door.reach(cookie)
  const closed = closeOf(socket)
  await door.server.close()
  expect(await closed).toBe(1001)
  await door.serve(door.port)
  expect((await door.get('/')).status).toBe(401)
})
