import { createServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, test } from 'vitest'
import type { RuleAnswer } from '../../src/shared/model/rule.ts'
import { giveReply } from '../../src/main/listener/edge/answer.ts'
import { createAuthority, createServerIdentity } from '../../src/main/listener/https/certificates.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'
import { byMethod, respond, ruleRows } from '../helpers/rule-rows.ts'
import { newest } from '../helpers/store-rows.ts'

const { open } = listening()
const { addRule } = ruleRows()

function fault(fault: 'reset' | 'hang' | 'cut' | 'drip', body = 'abcdefghij', status = 200): RuleAnswer {
  return { type: 'fault', fault, status, body, delayMs: 0 }
}

/** What a bare connection sees until it is over: the bytes, and how it ended. */
function fateOf(port: number, bytes: Uint8Array): Promise<{ text: string; end: string }> {
  return fateOn(connect({ port, host: '127.0.0.1' }), bytes)
}

function fateOn(socket: Socket, bytes: Uint8Array): Promise<{ text: string; end: string }> {
  return new Promise(resolve => {
    let text = ''
    let end = 'closed'
    socket.on('data', chunk => (text += chunk.toString('latin1')))
    socket.on('end', () => (end = 'ended'))
    socket.on('error', error => (end = 'code' in error ? String(error.code) : 'failed'))
    socket.on('close', () => resolve({ text, end }))
    socket.write(bytes)
  })
}

test('reset: the connection is reset before any answer, and the row is there without a status', async () => {
  const { store, port, path } = await open()
  const rule = addRule(store, { answer: fault('reset') })
  expect(await fateOf(port, rawPost(port, path))).toEqual({ text: '', end: 'ECONNRESET' })
  expect(newest(store)).toMatchObject({ answerStatus: 0, ruleId: rule.id })
})

test('over https each of them ends the connection as it does without', async () => {
  const names = ['localhost']
  const identity = await createServerIdentity(await createAuthority(names, Date.now()), names, Date.now())
  const server = createServer({ cert: identity.certificate, key: identity.key })
  const stopping = new AbortController()
  const kinds = ['reset', 'cut', 'hang'] as const
  server.on('request', (request, response) => {
    const kind = kinds.find(each => request.url === `/${each}`) ?? null
    const reply = { status: 200, headers: [], body: 'abcdefghij', delayMs: 0, fault: kind }
    void giveReply(response, reply, { limits: { idleTimeoutMs: 200 }, stopping: stopping.signal })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const fates: string[] = []
  for (const kind of kinds) {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
    const fate = await fateOn(socket, Buffer.from(`GET /${kind} HTTP/1.1\r\nHost: localhost\r\n\r\n`))
    fates.push(`${kind}: ${fate.text.split('\r\n\r\n')[1] ?? ''} ${fate.end}`)
  }
  server.close()
  expect(fates).toEqual(['reset:  ECONNRESET', 'cut: abcde ended', 'hang:  ended'])
})

test('cut: the length promises the whole body, half of it comes, and the connection ends', async () => {
  const { store, port, path } = await open()
  addRule(store, { answer: fault('cut', 'abcdefghij', 201) })
  const { text, end } = await fateOf(port, rawPost(port, path))
  expect(text).toMatch(/^HTTP\/1\.1 201 /)
  expect(text).toContain('Content-Length: 10')
  expect(text.split('\r\n\r\n')[1]).toBe('abcde')
  expect(end).toBe('ended')
  expect(newest(store)).toMatchObject({ answerStatus: 201 })
})

test('cut: half of a large body arrives whole before the end', async () => {
  const { store, port, path } = await open()
  addRule(store, { answer: fault('cut', 'x'.repeat(1_000_000)) })
  const { text, end } = await fateOf(port, rawPost(port, path))
  expect([text.split('\r\n\r\n')[1]?.length, end]).toEqual([500_000, 'ended'])
})

test('drip: the body comes in pieces and whole, and the connection takes the next request', async () => {
  const { store, port, path } = await open({ limits: { idleTimeoutMs: 500 } })
  addRule(store, { conditions: [byMethod], everyNth: 2, answer: fault('drip', '0123456789'.repeat(4)) })
  const connection = await openRaw(port)
  connection.send(rawPost(port, path))
  expect((await connection.answer()).status).toBe(202)
  connection.send(rawPost(port, path))
  expect(await connection.answer()).toMatchObject({ status: 200, body: '0123456789'.repeat(4) })
  connection.send(rawPost(port, path))
  expect((await connection.answer()).status).toBe(202)
  connection.destroy()
})

test('drip: the pieces come one by one', async () => {
  const { store, port, path } = await open()
  const body = 'abcdefghijklmnopqrst'
  addRule(store, { answer: fault('drip', body) })
  const chunks: string[] = []
  const socket = connect({ port, host: '127.0.0.1' })
  socket.write(rawPost(port, path))
  await new Promise<void>(resolve => {
    socket.on('data', chunk => {
      chunks.push(chunk.toString('latin1'))
      if (chunks.join('').endsWith(body)) resolve()
    })
  })
  socket.destroy()
  expect(chunks.length).toBeGreaterThan(2)
})

test('hang: nothing comes until the idle limit, then the connection ends', async () => {
  const { store, port, path } = await open({ limits: { idleTimeoutMs: 300 } })
  const rule = addRule(store, { answer: fault('hang') })
  expect(await fateOf(port, rawPost(port, path))).toEqual({ text: '', end: 'ended' })
  expect(newest(store)).toMatchObject({ answerStatus: 0, ruleId: rule.id })
})

test.each(['hang', 'drip'] as const)('%s: a stop ends it', async kind => {
  const { store, listener, port, path } = await open()
  addRule(store, { answer: fault(kind, 'x'.repeat(600)) })
  const stored = nextOf(listener.watch(), () => true)
  const fate = fateOf(port, rawPost(port, path))
  await stored
  await listener.stop()
  expect((await fate).text.endsWith('x'.repeat(600))).toBe(false)
})

test('those that hang hold up nobody else', async () => {
  const { store, port, path } = await open()
  addRule(store, { conditions: [byMethod], answer: fault('hang') })
  const hanging = await Promise.all(Array.from({ length: 40 }, () => openRaw(port)))
  for (const each of hanging) each.send(rawPost(port, path, 'x'.repeat(1_000)))
  expect((await ask(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).status).toBe(202)
  for (const each of hanging) each.destroy()
})

test.each(['reset', 'cut', 'hang'] as const)(
  '%s: the answers owed before it on its connection come first',
  async kind => {
    const { store, port, path } = await open({ limits: { idleTimeoutMs: 300 } })
    addRule(store, { conditions: [{ of: 'body', name: '', is: 'contains', value: 'break' }], answer: fault(kind) })
    addRule(store, { answer: respond({ status: 201, body: 'good', delayMs: 100 }) })
    const connection = await openRaw(port)
    connection.send(Buffer.concat([rawPost(port, path, 'fine'), rawPost(port, path, 'break')]))
    expect(await connection.answer()).toMatchObject({ status: 201, body: 'good' })
    expect(await connection.closed()).not.toContain('good')
    expect(store.callbacks.count()).toBe(2)
  }
)

test('a sender that goes away while it waits leaves nothing behind but its row', async () => {
  const { store, listener, port, path } = await open()
  addRule(store, { conditions: [byMethod], answer: respond({ delayMs: 120_000 }) })
  const stored = nextOf(listener.watch(), () => true)
  const connection = await openRaw(port)
  connection.send(rawPost(port, path))
  await stored
  connection.destroy()
  await listener.stop()
  expect(store.callbacks.count()).toBe(1)
})
