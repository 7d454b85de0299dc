import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { Fault, type FaultReport } from '#shared/faults.ts'
import { isSecretName } from '#shared/redact.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp, type HttpClient, type HttpRequest } from '../../src/main/base/http.ts'
import type { ProviderApi } from '../../src/main/providers/contract.ts'
import type { PlannedFault } from './faults.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'
import type { Subject } from './subject.ts'

type State = { counters: { requests: Record<string, number> } }

/** The simulator of the subject, connections to it, and all that was sent and reported in the running test. */
export type Rig = {
  simulator: () => Simulator
  connect: (credentials?: Record<string, string>) => ProviderApi
  /** Every request from now on has to be answered in this time. */
  limit: (timeoutMs: number | undefined) => void
  sent: () => HttpRequest[]
  forgetSent: () => void
  faultOf: (work: Promise<unknown>) => Promise<FaultReport>
  /** in: route: as the simulator counts it. */
  plant: (route: string, fault: PlannedFault) => Promise<unknown>
  countOf: (route: string) => Promise<number>
  countOfAll: () => Promise<number>
  /** Every credential, token and secret setting that went over the wire, in each form it may travel in. */
  secretsSeen: () => string[]
}

/** Sets up one simulator for all tests of the file; it is reset before each. No report may hold a secret. */
export function createRig(subject: Subject): Rig {
  const { provider } = subject
  let simulator: Simulator
  let client: HttpClient
  let sent: HttpRequest[] = []
  let reports: FaultReport[] = []
  let timeoutMs: number | undefined

  const counters = async () => (await simulator.control<State>('GET', 'state')).counters.requests
  const secretCredentials = provider.card.credentials.fields
    .filter(one => one.secret)
    .map(one => subject.credentials[one.name] ?? '')
  const secretSettings = (subject.secretSettings ?? []).flatMap(name =>
    [subject.fresh[name], subject.changed[name]].filter(value => typeof value === 'string')
  )

  function secretsSeen(): string[] {
    const headers = sent.flatMap(one => Object.entries(one.headers ?? {}))
    const tokens = headers.filter(([name]) => isSecretName(name)).map(([, value]) => value)
    const bare = tokens.map(value => value.replace(/^(?:Bearer|Basic) /, ''))
    return [...secretCredentials, ...secretSettings, ...tokens, ...bare]
      .filter(Boolean)
      .flatMap(one => [one, encodeURIComponent(one), Buffer.from(one).toString('base64')])
  }

  beforeAll(async () => {
    simulator = await startSimulator(0, provider.card.id)
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

  return {
    simulator: () => simulator,
    connect(credentials = subject.credentials) {
      const http = (request: HttpRequest) => {
        sent.push(request)
        return client.send({ ...request, timeoutMs })
      }
      return provider.connect({ baseUrl: simulator.url, credentials, http, clock: systemClock })
    },
    limit: ms => void (timeoutMs = ms),
    sent: () => sent,
    forgetSent: () => void (sent = []),
    async faultOf(work) {
      const error = await work.then(
        () => undefined,
        (failure: unknown) => failure
      )
      if (!(error instanceof Fault)) throw new Error('expected a fault', { cause: error })
      reports.push(error.report())
      return error.report()
    },
    plant: (route, { fault, times = 1 }) => simulator.control('POST', 'faults', { match: { route }, times, fault }),
    countOf: async route => (await counters())[route] ?? 0,
    countOfAll: async () => Object.values(await counters()).reduce((sum, count) => sum + count, 0),
    secretsSeen
  }
}
