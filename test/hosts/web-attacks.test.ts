import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, openRaw, type RawAnswer } from '../helpers/raw-http.ts'
import { openWebDoor, type WebDoor } from '../helpers/web-door.ts'

// What strangers try at the browser's door: web pages in the person's browser, programs on this computer.

let door: WebDoor

beforeEach(async () => {
  door = await openWebDoor()
})

afterEach(async () => {
  await door.remove()
})

const tokenPath = () => door.server.url.slice(door.server.origin.length)

function raw(lines: string[], body = ''): Promise<RawAnswer> {
  return ask(door.port, `${lines.join('\r\n')}\r\n\r\n${body}`)
}

const required = {
  'content-security-policy': /default-src 'none';.*script-src 'self';.*frame-ancestors 'none'/,
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'referrer-policy': /^no-referrer$/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'cache-control': /^no-store$/
}

function expectGuarded(headers: Record<string, unknown>): void {
  for (const [name, wanted] of Object.entries(required))
    expect([name, String(headers[name])]).toEqual([name, expect.stringMatching(wanted)])
  expect(headers['content-security-policy']).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/)
  expect(Object.keys(headers).filter(name => name.startsWith('access-control-'))).toEqual([])
}

function headersOf({ head }: RawAnswer): Record<string, string> {
  const lines = head.split('\r\n').slice(1)
  return Object.fromEntries(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
  )
}

test('every answer has the strict headers and allows no other origin, errors too', async () => {
  const cookie = await door.enter()
  const host = `Host: 127.0.0.1:${door.port}`
  const answers = [
    await door.get('/', { cookie }),
    await door.get('/app.js', { cookie }),
    await door.get('/nothing-here', { cookie }),
    await door.get('/'),
    await door.get('/?token=guess'),
    await door.get(door.server.freshUrl().slice(door.server.origin.length)),
    await door.get('/', { host: 'evil.example' }),
    await door.get('/', { cookie, origin: 'https://evil.example' }),
    await door.get('/', { cookie }, 'POST'),
    await door.get('/sign-out', { cookie, origin: door.server.origin }, 'POST')
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 404, 401, 401, 303, 403, 403, 405, 204])
  for (const { headers } of answers) expectGuarded(headers)
  const bare = [
    await raw(['not http at all']),
    await raw(['GET / HTTP/1.1', host, `X: ${'x'.repeat(20_000)}`]),
    await raw(['GET / HTTP/1.1']),
    await raw(['POST / HTTP/1.1', host, 'Expect: 100-continue', 'Content-Length: 5']),
    await raw(['GET / HTTP/1.1', host, 'Expect: something-else'])
  ]
  expect(bare.map(({ status }) => status)).toEqual([400, 431, 403, 405, 401])
  for (const answer of bare) expectGuarded(headersOf(answer))
})

test('a name that is not ours to the letter is refused, with the cookie and with the token (DNS rebinding)', async () => {
  const { port } = door
  const hosts = [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1',
    '127.0.0.1:1',
    `127.0.0.1.evil.example:${port}`,
    `127.0.0.1:${port}.evil.example`,
    `localhost.:${port}`,
    `localhost.evil.example:${port}`,
    `sub.localhost:${port}`,
    `[::1]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `127.1:${port}`,
    `2130706433:${port}`,
    `0x7f000001:${port}`,
    `0.0.0.0:${port}`,
    `127.0.0.2:${port}`,
    `user@127.0.0.1:${port}`,
    `127.0.0.1%3A${port}`,
    `%31%32%37.0.0.1:${port}`,
    `127.0.0.1%00:${port}`,
    `127.0.0.1:${port}/`,
    `127.0.0.1:${port}, evil.example`,
    `127.0.0.1:0${port}`
  ]
  for (const host of hosts) {
    const answer = await door.get(tokenPath(), { host })
    expect([host, answer.status]).toEqual([host, 403])
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
  const cookie = await door.enter()
  for (const host of hosts) {
    expect([host, (await door.get('/', { host, cookie })).status]).toEqual([host, 403])
    expect([host, await door.tryReaching({ host, cookie, origin: `http://${host}` })]).toEqual([host, 403])
  }
  expect((await door.get('/', { host: `localhost:${port}`, cookie })).status).toBe(200)
})

test('of two names in one request none counts', async () => {
  const cookie = await door.enter()
  const ours = `Host: 127.0.0.1:${door.port}`
  const answer = await raw(['GET / HTTP/1.1', ours, 'Host: evil.example', `Cookie: ${cookie}`])
  expect(answer.status).toBe(403)
})

test('an address that names a host is refused, as a proxy is asked', async () => {
  const rest = `HTTP/1.1\r\nHost: 127.0.0.1:${door.port}`
  for (const target of [
    `http://evil.example${tokenPath()}`,
    `http://127.0.0.1:${door.port}${tokenPath()}`,
    `//evil.example${tokenPath()}`,
    `/\\evil.example${tokenPath()}`
  ]) {
    const answer = await raw([`GET ${target} ${rest}`])
    expect([target, answer.status, /set-cookie/i.test(answer.head)]).toEqual([target, 400, false])
  }
  const proxied = await openRaw(door.port)
  proxied.send(`CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\n\r\n`)
  expect(await proxied.closed()).toBe('')
  await door.enter()
})

test('what another page asks for is refused, and no answer allows it to read', async () => {
  const cookie = await door.enter()
  for (const site of ['cross-site', 'same-site']) {
    for (const mode of ['no-cors', 'cors', 'websocket']) {
      const answer = await door.get('/app.js', { cookie, 'sec-fetch-site': site, 'sec-fetch-mode': mode })
      expect([site, mode, answer.status]).toEqual([site, mode, 403])
    }
  }
  for (const origin of ['https://evil.example', 'null', `http://localhost:${door.port}`]) {
    expect([origin, (await door.get('/app.js', { cookie, origin })).status]).toEqual([origin, 403])
  }
  const ours = { cookie, origin: door.server.origin, 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }
  expect((await door.get('/app.js', ours)).status).toBe(200)
})

test('only reading is allowed, whatever the method calls itself', async () => {
  const cookie = await door.enter()
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND']) {
    const answer = await door.get('/', { cookie, 'x-http-method-override': 'GET' }, method)
    expect([method, answer.status, answer.headers['allow']]).toEqual([method, 405, 'GET, HEAD'])
  }
  expect((await door.get('/', { cookie }, 'HEAD')).status).toBe(200)
})

test('no path leads out of the page folder', async () => {
  const cookie = await door.enter()
  const paths = [
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/%2e%2e%2foutside.txt',
    '/%252e%252e%252foutside.txt',
    '/..\\outside.txt',
    '/..%5coutside.txt',
    '/a/../../outside.txt',
    '/../page-other/outside.txt',
    '//outside.txt',
    '/%00',
    '/%ff%fe',
    '/index.html%00.js'
  ]
  for (const path of paths) {
    const answer = await door.get(path, { cookie })
    expect([path, answer.status >= 400]).toEqual([path, true])
    expect(answer.body).not.toContain('outside')
  }
  // A range that ends before it begins, and one that is none.
  for (const range of ['bytes=5-2', 'bytes=x', 'y']) expect((await door.get('/', { cookie, range })).status).toBe(200)
})

test('after ten wrong tokens none is looked at for a while, which doubles up to a minute', async () => {
  for (let tries = 0; tries < 10; tries += 1) expect((await door.get('/?token=guess')).status).toBe(401)
  const waits: unknown[] = []
  for (let rounds = 0; rounds < 8; rounds += 1) {
    // The right one neither: else the limit would limit nothing.
    const paused = await door.get(tokenPath())
    expect(paused.status).toBe(429)
    expect(paused.body).toContain('Enter prints a new address')
    expect(paused.headers['refresh']).toBe(paused.headers['retry-after'])
    waits.push(Number(paused.headers['retry-after']))
    door.pass(Number(paused.headers['retry-after']) * 1000)
    expect((await door.get('/?token=guess')).status).toBe(401)
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  door.pass(60_000)
  await door.enter()
})

test('a new address from the terminal works at once, whatever was tried', async () => {
  for (let tries = 0; tries < 30; tries += 1) await door.get('/?token=guess')
  expect((await door.get(tokenPath())).status).toBe(429)
  await door.enter(door.server.freshUrl())
})

test('who is in already is not kept out by wrong tokens of others', async () => {
  const cookie = await door.enter()
  for (let tries = 0; tries < 30; tries += 1) await door.get('/?token=guess')
  expect((await door.get('/', { cookie })).status).toBe(200)
})

test('a web page cannot try tokens, right or wrong, and cannot bring the pause about', async () => {
  for (const site of ['cross-site', 'same-site']) {
    for (const mode of ['navigate', 'no-cors']) {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode }
      for (let tries = 0; tries < 6; tries += 1) await door.get('/?token=guess', headers)
      const answer = await door.get(tokenPath(), headers)
      expect([answer.status, answer.headers['set-cookie'], answer.headers['refresh']]).toEqual([
        401,
        undefined,
        undefined
      ])
      expect(answer.body).toContain('into the address bar')
    }
  }
  await door.enter()
})
