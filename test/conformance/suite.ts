import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Fault, type FaultReport } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp, type HttpClient, type HttpRequest } from '../../src/main/base/http.ts'
import type { ProviderApi } from '../../src/main/providers/contract.ts'
import { checkCallbacks } from './callbacks.ts'
import { checkCard } from './card.ts'
import { lateMs, listFaults, writeFaults, type PlannedFault } from './faults.ts'
import { startSimulator, type Simulator } from './simulator.ts'
import type { Subject } from './subject.ts'

type State = { counters: { requests: Record<string, number> } }
type Write = 'create' | 'update' | 'remove'
const writes: Write[] = ['create', 'update', 'remove']

/** All checks that every provider has to pass, against its simulator in a process of its own. */
export function conforms(subject: Subject): void {
  const { provider, kind, fresh, changed } = subject
  const kindOf = provider.kinds[kind]
  if (!kindOf) throw new Error(`no kind ${kind}`)
  const remoteId = kindOf.naturalKey(fresh)
  let simulator: Simulator
  let client: HttpClient
  let sent: HttpRequest[] = []
  let reports: FaultReport[] = []
  let timeoutMs: number | undefined

  function connect(credentials = subject.credentials): ProviderApi {
    const http = (request: HttpRequest) => {
      sent.push(request)
      return client.send({ ...request, timeoutMs })
    }
    return provider.connect({ baseUrl: simulator.url, credentials, http, clock: systemClock })
  }

  async function faultOf(work: Promise<unknown>): Promise<FaultReport> {
    const error = await work.then(
      () => undefined,
      (failure: unknown) => failure
    )
    if (!(error instanceof Fault)) throw new Error('expected a fault', { cause: error })
    reports.push(error.report())
    return error.report()
  }

  function plant(request: string, { fault, times = 1 }: PlannedFault): Promise<unknown> {
    const [method, path] = request.split(' ')
    return simulator.control('POST', 'faults', { match: { method, path }, times, fault })
  }

  async function countOf(request: string): Promise<number> {
    const { counters } = await simulator.control<State>('GET', 'state')
    return counters.requests[request] ?? 0
  }

  function carryOut(api: ProviderApi, write: Write): Promise<unknown> {
    if (write === 'create') return api.create(kind, fresh)
    if (write === 'update') return api.update(kind, remoteId, changed, changed)
    return api.remove(kind, remoteId)
  }

  /** A connection that has its token, and the profile that the write is about. */
  async function readyFor(write: Write): Promise<ProviderApi> {
    const api = connect()
    if (write === 'create') await api.list(kind)
    else await api.create(kind, fresh)
    return api
  }

  /** No credential and no token that went over the wire, in any form it may travel in. */
  function secretsSeen(): string[] {
    const raw = [
      subject.credentials[subject.secretField] ?? '',
      ...sent.map(one => one.headers?.['authorization'] ?? '')
    ]
    return raw.filter(Boolean).flatMap(one => [one, encodeURIComponent(one), Buffer.from(one).toString('base64')])
  }

  beforeAll(async () => {
    simulator = await startSimulator(provider.card.id)
    client = createHttp()
  })
  afterAll(async () => {
    await client?.close()
    await simulator?.stop()
  })
  beforeEach(async () => {
    await simulator.control('POST', 'reset')
    sent = []
    reports = []
    timeoutMs = undefined
  })
  afterEach(() => {
    const told = JSON.stringify(reports)
    for (const secret of secretsSeen()) expect(told).not.toContain(secret)
  })

  describe('card', () => {
    checkCard(provider, subject.secretField)
  })
  describe('callbacks', () => {
    checkCallbacks(provider)
  })

  describe('reading', () => {
    test('the credentials are proven in one sentence without a secret', async () => {
      const summary = await connect().test()
      expect(summary).toMatch(/^\S.{9,}/)
      for (const secret of secretsSeen()) expect(summary).not.toContain(secret)
    })

    test('ids are unique and stable', async () => {
      const [one, two] = [await connect().list(kind), await connect().list(kind)]
      const ids = one.map(profile => profile.remoteId)
      expect(ids.length).toBeGreaterThan(0)
      expect(new Set(ids).size).toBe(ids.length)
      expect(two).toEqual(one)
    })

    test('everything is listed, however much there is', async () => {
      const before = await connect().list(kind)
      for (let number = 0; number < 120; number += 1) await subject.seed(simulator, number)
      expect(await connect().list(kind)).toHaveLength(before.length + 120)
    })

    test('what is not there reads as undefined, and only that', async () => {
      expect(await connect().get(kind, remoteId)).toBeUndefined()
    })

    test('a kind that does not exist is not found', async () => {
      expect((await faultOf(connect().list('no-such-kind'))).code).toBe('not-found')
    })

    for (const planned of listFaults) {
      test(`${planned.name} fails as ${planned.code}, never as empty`, async () => {
        const api = connect()
        await api.list(kind)
        timeoutMs = planned.timeoutMs
        await plant(subject.requests.list, planned)
        const report = await faultOf(api.list(kind))
        expect(report.code).toBe(planned.code)
        expect(retryAtOf(report)).toEqual(planned.retryAt)
        await simulator.control('DELETE', 'faults')
        await plant(subject.requests.list, planned)
        expect((await faultOf(api.get(kind, remoteId))).code).toBe(planned.code)
      })
    }

    test('a passing trouble of a read is overcome', async () => {
      const api = connect()
      await plant(subject.requests.list, { fault: { type: 'status', status: 500 } })
      await plant(subject.requests.list, { fault: { type: 'status', status: 429, retryAfter: '1' } })
      expect((await api.list(kind)).length).toBeGreaterThan(0)
      expect(await countOf(subject.requests.list)).toBe(3)
    })
  })

  describe('credentials', () => {
    test('a wrong secret is rejected, with the secret in no report, and asked no more than twice', async () => {
      const api = connect({ ...subject.credentials, [subject.secretField]: 'canary+wrong/secret=1' })
      const report = await faultOf(api.test())
      expect(report.code).toBe('auth')
      expect(JSON.stringify(report)).not.toContain('canary')
      expect(await countOf(subject.requests.login)).toBeLessThanOrEqual(2)
    })

    test('a token that expires in the middle of a run is renewed once', async () => {
      const api = connect()
      await api.create(kind, fresh)
      await simulator.control('POST', 'tokens/expire')
      await api.update(kind, remoteId, changed, changed)
      expect(await countOf(subject.requests.login)).toBe(2)
      expect(await api.get(kind, remoteId)).toMatchObject({ settings: changed })
    })

    test('those who meet the expired token at once share one renewal', async () => {
      const api = connect()
      await api.list(kind)
      await simulator.control('POST', 'tokens/expire')
      await Promise.all(Array.from({ length: 8 }, () => api.list(kind)))
      expect(await countOf(subject.requests.login)).toBe(2)
    })

    test('a token that is rejected again and again is renewed once, then given up', async () => {
      const api = connect()
      await plant(subject.requests.list, { fault: { type: 'status', status: 401 }, times: 10 })
      expect((await faultOf(api.list(kind))).code).toBe('auth')
      expect(await countOf(subject.requests.login)).toBe(2)
      expect(await countOf(subject.requests.list)).toBe(2)
    })

    test('a write for which no token can be had was not sent, and says so', async () => {
      await plant(subject.requests.login, { fault: { type: 'status', status: 500 }, times: 10 })
      expect((await faultOf(connect().create(kind, fresh))).code).toBe('unreachable')
      expect(await countOf(subject.requests.create)).toBe(0)
    })
  })

  describe('writing', () => {
    test('create, get, update, list and remove close the circle', async () => {
      const { before, after, seen } = await circle()
      expect(seen).toEqual([fresh, changed])
      expect(after).toEqual(before)
    })

    test('an update sends its unit and nothing else', async () => {
      const api = await readyFor('update')
      const before = await api.list(kind)
      sent = []
      await api.update(kind, remoteId, changed, changed)
      const bodies = sent.map(one => (one.body === undefined ? undefined : (JSON.parse(one.body) as unknown)))
      expect(bodies).toEqual([subject.updateBody])
      const others = (await api.list(kind)).filter(one => one.remoteId !== remoteId)
      expect(others).toEqual(before.filter(one => one.remoteId !== remoteId))
    })

    test('removing what is not there is done', async () => {
      await connect().remove(kind, remoteId)
      expect(await connect().get(kind, remoteId)).toBeUndefined()
    })

    for (const write of writes) {
      for (const planned of writeFaults) {
        const code = write === 'remove' ? (planned.removeCode ?? planned.code) : planned.code
        test(`${write}: ${planned.name} fails as ${code}, sent ${planned.sends ?? 1}×`, async () => {
          const api = await readyFor(write)
          timeoutMs = planned.timeoutMs
          const before = await countOf(subject.requests[write])
          await plant(subject.requests[write], planned)
          const report = await faultOf(carryOut(api, write))
          expect(report.code).toBe(code)
          expect(report.message).toContain(planned.says ?? '')
          expect(retryAtOf(report)).toEqual(planned.retryAt)
          expect((await countOf(subject.requests[write])) - before).toBe(planned.sends ?? 1)
        })
      }
    }
  })

  describe('map', () => {
    for (const wire of subject.wires) {
      test(`${JSON.stringify(wire).slice(0, 60)} comes back as it was, and adds nothing`, () => {
        expect(wire).toMatchObject(subject.back(subject.there(wire)))
        const once = kindOf.normalise(subject.there(wire))
        expect(kindOf.normalise(once)).toEqual(once)
        expect(kindOf.title(once)).not.toBe('')
      })
    }

    test('what is created passes its own schema', () => {
      expect(kindOf.schema.safeParse(fresh).error).toBeUndefined()
      expect(kindOf.schema.safeParse(changed).error).toBeUndefined()
    })
  })

  describe('variants of what is not documented', () => {
    for (const { name, switches, updates } of subject.variants) {
      test(`works when ${name}`, async () => {
        await simulator.control('PUT', 'switches', switches)
        const { before, after, seen, refusal } = await circle()
        expect(after).toEqual(before)
        expect(seen).toEqual([fresh, updates === false ? fresh : changed])
        expect(refusal).toBe(updates === false ? 'refused' : undefined)
        await connect().remove(kind, remoteId)
        const wrong = connect({ ...subject.credentials, [subject.secretField]: 'canary+wrong' })
        expect((await faultOf(wrong.test())).code).toBe('auth')
      })
    }
  })

  /** Create, get, update, get, list and remove. out: the lists around it, what was read, and why an update was refused. */
  async function circle() {
    const api = connect()
    const before = await api.list(kind)
    expect(await api.create(kind, fresh)).toBe(remoteId)
    const created = await api.get(kind, remoteId)
    const refusal = await api.update(kind, remoteId, changed, changed).then(
      () => undefined,
      (error: unknown) => (error instanceof Fault ? error.code : error)
    )
    const updated = await api.get(kind, remoteId)
    expect(await api.list(kind)).toHaveLength(before.length + 1)
    await api.remove(kind, remoteId)
    return { before, after: await api.list(kind), seen: [created?.settings, updated?.settings], refusal }
  }
}

/** Whether it says when to come back; a date exactly, seconds only as "later". */
function retryAtOf({ retryAtMs }: FaultReport): PlannedFault['retryAt'] {
  if (retryAtMs === undefined || retryAtMs === lateMs) return retryAtMs
  return retryAtMs > Date.now() - 60_000 ? 'later' : retryAtMs
}
