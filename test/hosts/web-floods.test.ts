import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRaw } from '../helpers/raw-http.ts'
import { openWebDoor, type WebDoor } from '../helpers/web-door.ts'

// Strangers that cost the browser's door time, memory or connections: bodies, drips, readers that do not read, floods.

let door: WebDoor
const stillMs = 500

beforeEach(async () => {
  door = await openWebDoor({ headersMs: 400, requestMs: 800, stillMs, connections: 20 })
})

afterEach(async () => {
  await door.remove()
})

test('a body is not waited for', async () => {
  const cookie = await door.enter()
  const head = `HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\nCookie: ${cookie}`
  for (const lines of [
    [`GET / ${head}`, 'Content-Length: 1000000000'],
    [`GET / ${head}`, 'Transfer-Encoding: chunked'],
    [`POST / ${head}`, 'Content-Length: 1000000000']
  ]) {
    const stranger = await openRaw(door.port)
    stranger.send(`${lines.join('\r\n')}\r\n\r\n`)
    const { status, head: answered } = await stranger.answer()
    expect([lines[0]?.slice(0, 4), status]).toEqual([lines[0]?.slice(0, 4), lines[0]?.startsWith('GET') ? 413 : 405])
    expect(answered).toMatch(/^connection: close$/im)
    await stranger.closed()
  }
})

test('who sends its request byte by byte, or sends nothing, is let go', async () => {
  const slow = await openRaw(door.port)
  slow.send('GET / HTTP/1.1\r\nX-Slow: ')
  const dripping = setInterval(() => slow.send('x'), 50)
  const silent = await openRaw(door.port)
  try {
    const { status, head } = await slow.answer()
    expect(status).toBe(408)
    expect(head).toContain("default-src 'none'")
    await slow.closed()
    await silent.closed()
  } finally {
    clearInterval(dripping)
  }
})

test('who does not read its answer is let go', async () => {
  const sizeBytes = 48 * 1024 * 1024
  writeFileSync(join(door.folder, 'page/large.js'), Buffer.alloc(sizeBytes))
  const cookie = await door.enter()
  const lazy = connect({ port: door.port, host: '127.0.0.1' }).pause()
  lazy.write(`GET /large.js HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\nCookie: ${cookie}\r\n\r\n`)
  await setTimeout(3 * stillMs)
  let readBytes = 0
  lazy
    .on('data', chunk => (readBytes += chunk.length))
    .on('error', () => undefined)
    .resume()
  await new Promise(resolve => lazy.on('close', resolve))
  expect(readBytes).toBeLessThan(sizeBytes)
})

test('connections are counted: a flood of them is turned away, and room is made when they end', async () => {
  const flood = await Promise.all(Array.from({ length: 20 }, () => openRaw(door.port)))
  const further = await openRaw(door.port)
  expect(await further.closed()).toBe('')
  for (const each of flood) each.destroy()
  await expect
    .poll(() =>
      door.get('/').then(
        ({ status }) => status,
        () => 0
      )
    )
    .toBe(401)
})
