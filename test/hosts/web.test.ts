import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWebDoor, type WebDoor } from '../helpers/web-door.ts'

// Who is let in to the app in a browser, how long, and what is served. What strangers try is in web-attacks.test.ts.

let door: WebDoor
const hourMs = 3_600_000

beforeEach(async () => {
  door = await openWebDoor()
})

afterEach(async () => {
  await door.remove()
})

function pathOf(url: string): string {
  return url.slice(door.server.origin.length)
}

test('the token is exchanged for a strict cookie and a redirect that no longer carries it', async () => {
  const answer = await door.get(pathOf(door.server.url))
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/')
  const [cookie = ''] = answer.headers['set-cookie'] as string[]
  expect(cookie).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/)
  expect(cookie).toContain(`plugboard-${door.port}=`)
  expect(cookie).not.toContain(new URL(door.server.url).searchParams.get('token'))
})

test('a token works once', async () => {
  const cookie = await door.enter()
  const again = await door.get(pathOf(door.server.url))
  expect(again.status).toBe(401)
  expect(again.headers['set-cookie']).toBeUndefined()
  expect(again.body).toContain('used already')
  // In the browser that is in already, the link just leads home.
  expect((await door.get(pathOf(door.server.url), { cookie })).status).toBe(303)
})

test('a fresh address lets another browser in, and ends the address before it', async () => {
  const unused = door.server.freshUrl()
  const fresh = door.server.freshUrl()
  expect((await door.get(pathOf(unused))).status).toBe(401)
  const cookie = await door.enter(fresh)
  expect((await door.get('/', { cookie })).status).toBe(200)
})

test('a session that nobody uses ends after twelve hours', async () => {
  const cookie = await door.enter()
  door.pass(12 * hourMs)
  expect((await door.get('/', { cookie })).status).toBe(200)
  door.pass(12 * hourMs + 1)
  expect((await door.get('/', { cookie })).status).toBe(401)
  expect(await door.tryReaching({ cookie, origin: door.server.origin })).toBe(401)
})

test('an open page is use, however long it is silent; the twelve hours begin when it is closed', async () => {
  const cookie = await door.enter()
  const socket = await door.reach(cookie)
  door.pass(48 * hourMs)
  expect((await door.get('/', { cookie })).status).toBe(200)
  const other = await door.reach(cookie)
  for (const each of [socket, other]) {
    const closed = new Promise(resolve => each.on('close', resolve))
    each.close()
    await closed
  }
  door.pass(12 * hourMs + 1)
  await expect.poll(async () => (await door.get('/', { cookie })).status).toBe(401)
})

test('signing out ends the session, its sockets and its cookie, and leaves the others', async () => {
  const cookie = await door.enter()
  const other = await door.enter(door.server.freshUrl())
  const socket = await door.reach(cookie)
  const stays = await door.reach(other)
  const closed = new Promise(resolve => socket.on('close', resolve))
  const signedOut = await door.get('/sign-out', { cookie, origin: door.server.origin }, 'POST')
  expect(signedOut.status).toBe(204)
  expect(signedOut.headers['set-cookie']).toEqual([expect.stringMatching(/=; HttpOnly; .*Max-Age=0$/)])
  expect(await closed).toBe(1008)
  expect((await door.get('/', { cookie })).status).toBe(401)
  expect((await door.get('/', { cookie: other })).status).toBe(200)
  expect(stays.readyState).toBe(stays.OPEN)
})

test('only our own page signs out', async () => {
  const cookie = await door.enter()
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
    expect((await door.get('/sign-out', { cookie, origin }, 'POST')).status).toBe(403)
  }
  expect((await door.get('/sign-out', { cookie }, 'POST')).status).toBe(403)
  expect((await door.get('/sign-out', { origin: door.server.origin }, 'POST')).status).toBe(401)
  expect((await door.get('/sign-out', { cookie })).status).toBe(404)
  expect((await door.get('/', { cookie })).status).toBe(200)
})

test('all sessions end with the server', async () => {
  const cookie = await door.enter()
  await door.server.close()
  await door.serve(door.port)
  expect((await door.get('/', { cookie })).status).toBe(401)
})

test('nothing is served without the cookie, and the page says what to do', async () => {
  for (const path of ['/', '/index.html', '/app.js', '/rpc', '/nothing-here']) {
    const answer = await door.get(path, { cookie: 'plugboard-1=guess; other=1' })
    expect(answer.status).toBe(401)
    expect(answer.body).toContain('Open the address that Plugboard printed')
    expect(answer.body).not.toContain('the page')
  }
  expect((await door.get('/?token=')).status).toBe(401)
  expect((await door.get(`/app.js${new URL(door.server.url).search}`)).status).toBe(401)
  expect((await door.get(pathOf(door.server.url), {}, 'HEAD')).status).toBe(401)
})

test('a link on another site leads in as well: the page asks again by itself, with the cookie', async () => {
  const cookie = await door.enter()
  const link = { 'sec-fetch-mode': 'navigate' }
  const first = await door.get('/', { ...link, 'sec-fetch-site': 'cross-site' })
  expect([first.status, first.headers['refresh']]).toEqual([401, '0; url=/'])
  expect((await door.get('/', { ...link, 'sec-fetch-site': 'same-origin', cookie })).status).toBe(200)
  expect((await door.get('/', { ...link, 'sec-fetch-site': 'same-origin' })).headers['refresh']).toBeUndefined()
})

test('a cookie of the same name from another port of this computer does not hide ours', async () => {
  const cookie = await door.enter()
  const [name] = cookie.split('=')
  expect((await door.get('/', { cookie: `${name}=tossed; ${cookie}` })).status).toBe(200)
  expect((await door.get('/', { cookie: `${name}=tossed; ${name}=again` })).status).toBe(401)
  await door.reach(`${name}=tossed; ${cookie}`)
})

test('two servers have cookies of different names, and one cookie does not open the other', async () => {
  const cookie = await door.enter()
  const other = await door.serve()
  const forged = `plugboard-${new URL(other.origin).port}=${cookie.split('=')[1]}`
  const answer = await fetch(other.origin, { headers: { cookie: `${cookie}; ${forged}` } })
  expect(answer.status).toBe(401)
})

test('a port that is taken is a fault that says so', async () => {
  await expect(door.serve(door.port)).rejects.toMatchObject({ code: 'port-taken' })
})

test('a page that was not built is a fault that says so', async () => {
  rmSync(join(door.folder, 'page/index.html'))
  await expect(door.serve()).rejects.toMatchObject({ code: 'not-found' })
})
