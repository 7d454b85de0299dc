import { createServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describe, expect, test } from 'vitest'
import type { CallbackSummary } from '../../src/shared/model/callback.ts'
import type { Rule, RuleAnswer } from '../../src/shared/model/rule.ts'
import { giveReply } from '../../src/main/listener/edge/answer.ts'
import { createAuthority, createServerIdentity } from '../../src/main/listener/https/certificates.ts'
import type { Store } from '../../src/main/store/store.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'
import { callbackRow } from '../helpers/store-rows.ts'

const { open } = listening()
let ids = 0

function addRule(store: Store, change: Partial<Rule>): Rule {
  ids += 1
  const rule: Rule = {
    id: `rul-${ids}`,
    endpointId: null,
    position: ids,
    label: `Rule ${ids}`,
    enabled: true,
    conditions: [],
    everyNth: null,
    percent: null,
    answer: { type: 'provider', delayMs: 0 },
    forwards: 'usual',
    ...change
  }
  store.rules.add(rule)
  return rule
}

function respond(change: Partial<Extract<RuleAnswer, { type: 'respond' }>>): RuleAnswer {
  return { type: 'respond', status: 200, headers: [], body: '', template: false, delayMs: 0, ...change }
}

function fault(fault: 'reset' | 'hang' | 'cut' | 'drip', body = 'abcdefghij', status = 200): RuleAnswer {
  return { type: 'fault', fault, status, body, delayMs: 0 }
}

const byMethod = { of: 'method', name: '', is: 'equals', value: 'POST' } as const
const isValid = { of: 'verdict', name: '', is: 'equals', value: 'valid' } as const

function newest(store: Store): CallbackSummary | undefined {
  return store.callbacks.list({ limit: 1 })[0]
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

describe('answers', () => {
  test("without a rule the sender gets the provider's default", async () => {
    const { store, port, path } = await open()
    expect(await ask(port, rawPost(port, path))).toMatchObject({ status: 202, body: 'taken' })
    expect(newest(store)).toMatchObject({ answerStatus: 202, ruleId: null })
  })

  test('status, headers in their order and case, and body are the rule’s; the row says so', async () => {
    const { store, port, path } = await open()
    const headers: [string, string][] = [
      ['X-One', 'a'],
      ['x-one', 'b'],
      ['Content-Type', 'application/json']
    ]
    const rule = addRule(store, { conditions: [byMethod], answer: respond({ status: 418, headers, body: '{"é":1}' }) })
    const answer = await ask(port, rawPost(port, path))
    expect(answer.status).toBe(418)
    expect(answer.head).toContain('X-One: a\r\nx-one: b\r\nContent-Type: application/json\r\nContent-Length: 8')
    expect(Buffer.from(answer.body, 'latin1').toString()).toBe('{"é":1}')
    expect(newest(store)).toMatchObject({ answerStatus: 418, ruleId: rule.id })
  })

  test.each([204, 205, 304])('an answer %d has no body, and the connection takes the next request', async status => {
    const { store, port, path } = await open()
    addRule(store, { conditions: [byMethod], everyNth: 2, answer: respond({ status, body: 'never sent' }) })
    const connection = await openRaw(port)
    for (const expected of [202, status, 202]) {
      connection.send(rawPost(port, path))
      expect(await connection.answer()).toMatchObject({ status: expected, body: expected === 202 ? 'taken' : '' })
    }
    connection.destroy()
  })

  test('an endpoint’s own rules go before those of every endpoint, and a change counts from the next request on', async () => {
    const { store, port, path, endpointId } = await open()
    addRule(store, { answer: respond({ status: 201 }) })
    expect((await ask(port, rawPost(port, path))).status).toBe(201)
    const own = addRule(store, { endpointId, answer: respond({ status: 203 }) })
    expect((await ask(port, rawPost(port, path))).status).toBe(203)
    store.rules.update({ ...own, enabled: false })
    expect((await ask(port, rawPost(port, path))).status).toBe(201)
    store.rules.remove(own.id)
    expect((await ask(port, rawPost(port, path))).status).toBe(201)
  })

  test('every third is exact, however many come at once', async () => {
    const { store, port, path } = await open()
    addRule(store, { everyNth: 3, answer: respond({ status: 503 }) })
    const answers = await Promise.all(Array.from({ length: 90 }, () => ask(port, rawPost(port, path))))
    expect(answers.filter(answer => answer.status === 503).length).toBe(30)
    expect(store.callbacks.list({ limit: 100 }).filter(row => row.answerStatus === 503).length).toBe(30)
  })

  test('what is delayed holds up nobody, is durable meanwhile, and goes out at once when the listener stops', async () => {
    const { store, listener, port, path } = await open()
    addRule(store, { conditions: [byMethod], answer: respond({ status: 201, delayMs: 120_000 }) })
    const late = await openRaw(port)
    const stored = nextOf(listener.watch(), row => row.method === 'POST')
    late.send(rawPost(port, path, 'late'))
    expect(await stored).toMatchObject({ answerStatus: 201 })
    expect((await ask(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)).status).toBe(202)
    const stopped = listener.stop()
    const answer = await late.answer()
    expect(answer.status).toBe(201)
    expect(answer.head).toContain('Connection: close')
    await stopped
  })

  test('a sequence goes before all rules, one after the other, and its last one stays', async () => {
    const { store, listener, path, port: before } = await open()
    addRule(store, { answer: respond({ status: 418 }) })
    const { port } = await listener.start({
      respond: [
        { status: 500, body: '' },
        { status: 200, body: 'thank you' }
      ]
    })
    expect(port).toBe(before)
    const answers = [1, 2, 3].map(() => () => ask(before, rawPost(before, path)))
    expect(await answers[0]?.()).toMatchObject({ status: 500, body: '' })
    expect(await answers[1]?.()).toMatchObject({ status: 200, body: 'thank you' })
    expect(await answers[2]?.()).toMatchObject({ status: 200, body: 'thank you' })
    await listener.stop()
    await listener.start({ port: before })
    expect((await ask(before, rawPost(before, path))).status).toBe(418)
  })

  test('the engine in its thread knows the rules that were written here, and ends a catastrophic pattern there', async () => {
    const { store, port, path } = await open({ inThread: true })
    expect((await ask(port, rawPost(port, path))).status).toBe(202)
    const slow = { of: 'body', name: '', is: 'matches', value: '^(a+)+$' } as const
    addRule(store, { conditions: [slow], answer: respond({ status: 500 }) })
    const rule = addRule(store, { answer: respond({ status: 201, body: '{{ fields.number }}', template: true }) })
    const answer = await ask(port, rawPost(port, path, `${'a'.repeat(40)}b`))
    expect(answer).toMatchObject({ status: 201, body: '' })
    expect(await ask(port, rawPost(port, path, '{"event":"sms","number":"7"}'))).toMatchObject({
      status: 201,
      body: '7'
    })
    expect(newest(store)).toMatchObject({ answerStatus: 201, ruleId: rule.id })
  })
})

describe('templates', () => {
  test('know the row’s number and the decoded fields', async () => {
    const { store, port, path } = await open()
    addRule(store, {
      answer: respond({ template: true, body: '{{ id }}:{{ fields.number }}:{{ path }}:{{ verdict }}' })
    })
    const answer = await ask(port, rawPost(port, `${path}/a?b`, '{"event":"sms","number":"42"}', ['X-Word: plugh']))
    expect(answer.body).toBe(`${newest(store)?.id}:42:/a:valid`)
  })

  test('one that cannot be filled in becomes a 500 that names the rule, and the row says so', async () => {
    const { store, port, path } = await open()
    const body = '{% for i in (1..900) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}'
    const rule = addRule(store, { answer: respond({ status: 201, template: true, body }) })
    const answer = await ask(port, rawPost(port, path))
    expect(answer).toMatchObject({ status: 500, body: expect.stringContaining(`"${rule.label}"`) })
    expect(newest(store)).toMatchObject({ answerStatus: 500, ruleId: rule.id })
  })

  test('a rule that this version does not take decides nothing', async () => {
    const { store, port, path } = await open()
    addRule(store, { answer: respond({ status: 500, headers: [['X', 'a\r\nSet-Cookie: b']] }) })
    addRule(store, { answer: respond({ status: 201 }) })
    expect((await ask(port, rawPost(port, path))).status).toBe(201)
  })
})

describe('rules that need the look', () => {
  test('decide by verdict and by field; the row is told once stored and once looked at, with its answer', async () => {
    const { store, listener, port, path } = await open()
    const valid = addRule(store, { conditions: [isValid], answer: respond({ status: 201 }) })
    addRule(store, {
      conditions: [{ of: 'field', name: 'number', is: 'equals', value: '7' }],
      answer: respond({ status: 203 })
    })
    const told: CallbackSummary[] = []
    const watching = nextOf(listener.watch(), row => told.push(row) === 6)
    expect((await ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))).status).toBe(201)
    expect(newest(store)).toMatchObject({ answerStatus: 201, ruleId: valid.id, verdict: 'valid' })
    expect((await ask(port, rawPost(port, path, '{"event":"sms","number":"7"}', ['X-Word: no']))).status).toBe(203)
    expect((await ask(port, rawPost(port, path))).status).toBe(202)
    expect(newest(store)).toMatchObject({ answerStatus: 202, ruleId: null })
    await watching
    expect(told.map(row => [row.answerStatus, row.verdict])).toEqual([
      [0, null],
      [201, 'valid'],
      [0, null],
      [203, 'invalid'],
      [0, null],
      [202, 'missing']
    ])
  })

  test('do so in the engine’s own thread, with the secrets of the core', async () => {
    const { store, port, path } = await open({ inThread: true })
    const rule = addRule(store, { conditions: [isValid], answer: respond({ status: 201 }) })
    expect((await ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))).status).toBe(201)
    expect(newest(store)).toMatchObject({ answerStatus: 201, ruleId: rule.id, verdict: 'valid' })
    expect((await ask(port, rawPost(port, path, '{}', ['X-Word: no']))).status).toBe(202)
  })

  test('do not queue behind rows that nobody waits for', async () => {
    const { store, listener, path } = await open({ stopped: true })
    const rule = addRule(store, { conditions: [isValid], answer: respond({ status: 201 }) })
    store.callbacks.addAll(Array.from({ length: 20_000 }, () => callbackRow()))
    const port = (await listener.start({ port: 0 })).port ?? 0
    expect((await ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))).status).toBe(201)
    expect(newest(store)).toMatchObject({ answerStatus: 201, ruleId: rule.id })
    expect(store.callbacks.unannotated(1)).toHaveLength(1)
  })

  test('every second is exact over rules that wait', async () => {
    const { store, port, path } = await open()
    addRule(store, { conditions: [isValid], everyNth: 2, answer: respond({ status: 503 }) })
    const valid = () => ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))
    const answers = await Promise.all(Array.from({ length: 60 }, valid))
    expect(answers.filter(answer => answer.status === 503).length).toBe(30)
    expect(answers.filter(answer => answer.status === 202).length).toBe(30)
  })

  test('do not match where the look does not come in time: the next rule decides, and the row says so', async () => {
    const { store, port, path } = await open({ secretsFor: () => new Promise(() => {}) })
    addRule(store, { conditions: [isValid], answer: respond({ status: 500 }) })
    const other = addRule(store, { answer: respond({ status: 203 }) })
    const answers = await Promise.all([1, 2, 3].map(() => ask(port, rawPost(port, path, '{}', ['X-Word: plugh']))))
    expect(answers.map(answer => answer.status)).toEqual([203, 203, 203])
    expect(newest(store)).toMatchObject({ answerStatus: 203, ruleId: other.id, verdict: null })
  })

  test('a stop does not wait for the look', async () => {
    const { store, listener, port, path } = await open({
      limits: { stopGraceMs: 1_000 },
      secretsFor: () => new Promise(() => {})
    })
    addRule(store, { conditions: [isValid], answer: respond({ status: 500 }) })
    const stored = nextOf(listener.watch(), () => true)
    const answer = ask(port, rawPost(port, path))
    await stored
    await Promise.all([listener.stop(), answer])
    expect((await answer).status).toBe(202)
  })
})

describe('faults', () => {
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
})
