import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import { expect, test } from 'vitest'
import { listeningHttps } from '../helpers/listening-https.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'
import { respond, ruleRows } from '../helpers/rule-rows.ts'

// CONNECT asks for a tunnel, which the listener never is. It is answered like every other method.

const { open, openHttps } = listeningHttps()
const { addRule } = ruleRows()
const connectTo = (target: string, port: number, ...headers: string[]) =>
  `CONNECT ${target} HTTP/1.1\r\n${[`Host: localhost:${port}`, ...headers].join('\r\n')}\r\n\r\n`

test('to a host it is an unknown endpoint, which is counted, and the connection ends', async () => {
  const { listener, port } = await open()
  const connection = await openRaw(port)
  connection.send(connectTo('example.com:443', port))
  expect(await connection.answer()).toMatchObject({ status: 404, head: expect.stringMatching(/^connection: close$/im) })
  expect(await connection.closed()).toBe('')
  expect(listener.status()).toMatchObject({ caught: 0, unknown: 1, fault: null })
})

test('to an endpoint it is kept as any other method is; what follows is no request', async () => {
  const { listener, port, path } = await open()
  const connection = await openRaw(port)
  connection.send(connectTo(`${path}/x?a=1`, port, 'X-Dup: 1', 'x-dup: 2'))
  connection.send(rawPost(port, path, 'smuggled'))
  expect((await connection.answer()).status).toBe(202)
  expect(await connection.closed()).toBe('')
  expect(listener.list({ limit: 9 })).toHaveLength(1)
  expect(listener.get(1)).toMatchObject({ method: 'CONNECT', target: `${path}/x?a=1`, bodyText: '', answerStatus: 202 })
  expect(listener.get(1).headers).toEqual([
    ['Host', `localhost:${port}`],
    ['X-Dup', '1'],
    ['x-dup', '2']
  ])
})

test('behind a request whose answer takes its time it waits for that', async () => {
  const { store, port, path } = await open()
  addRule(store, { answer: respond({ status: 201, delayMs: 200 }) })
  const connection = await openRaw(port)
  connection.send(Buffer.concat([rawPost(port, path, 'first'), Buffer.from(connectTo('example.com:443', port))]))
  expect((await connection.answer()).status).toBe(201)
  expect((await connection.answer()).status).toBe(404)
  expect(await connection.closed()).toBe('')
})

test('a sender that is gone, or stays, keeps nothing open', async () => {
  const { listener, port, path } = await open({ limits: { lingerMs: 200, stopGraceMs: 300 } })
  for (let at = 0; at < 20; at++) {
    const connection = await openRaw(port)
    connection.send(connectTo(at % 2 ? 'example.com:443' : path, port))
    if (at % 4 > 1) connection.destroy()
  }
  expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
  expect(await listener.stop()).toMatchObject({ state: 'stopped', fault: null })
})

test('over https it is the same', async () => {
  const { listener, https, path, ca } = await openHttps()
  const socket = connect({ port: https, host: '127.0.0.1', servername: 'localhost', ca: ca() })
  socket.write(connectTo(path, https))
  const answer = await text(socket)
  expect(answer).toMatch(/^HTTP\/1\.1 202 /)
  expect(listener.get(1)).toMatchObject({ method: 'CONNECT', target: path })
})
