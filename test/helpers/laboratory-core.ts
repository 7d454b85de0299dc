import { implement } from '@orpc/server'
import { contract } from '#shared/contract/index.ts'
import type { Account } from '#shared/model/account.ts'
import type { CallbackSummary, EndpointView } from '#shared/model/callback.ts'
import type { CallbackFilter } from '#shared/model/lab.ts'
import { passes } from '../../src/renderer/state/callbacks-filter.ts'

// A core of plain data behind the contract, for looking at the page under a stream that no real sender makes.

const methods = implement(contract)

export type LaboratoryOptions = {
  /** Callbacks that are there from the beginning. */
  rows: number
  /** Arrivals per second while someone watches; each is told twice, as the real core does. */
  perSecond: number
}

export type Laboratory = {
  router: ReturnType<typeof routerOf>
  /** How many callbacks there are. */
  count(): number
  /** From now on this many arrive per second. */
  arrive(perSecond: number): void
}

type State = LaboratoryOptions & { startedMs: number; newestId: number }

const endpoint: EndpointView = {
  id: 'end1',
  accountId: null,
  key: 'k3y',
  label: 'Order hooks',
  scheme: 'provider',
  publicUrl: null,
  publicAddress: null,
  createdMs: 0,
  url: 'http://127.0.0.1:4700/in/k3y',
  hasKey: false
}

/** Without an account the page would show its welcome. */
const account: Account = {
  id: 'acc1',
  provider: 'invented',
  label: 'Shop',
  baseUrl: 'https://api.example.com',
  fields: {},
  secrets: [],
  state: 'ready',
  parkedFault: null,
  pulledMs: null,
  createdMs: 0,
  updatedMs: 0
}

export function openLaboratory(options: LaboratoryOptions): Laboratory {
  const state: State = { ...options, startedMs: Date.now(), newestId: options.rows }
  return {
    router: routerOf(state),
    count: () => state.newestId,
    arrive(perSecond) {
      state.perSecond = perSecond
    }
  }
}

const verdicts = ['valid', 'valid', 'valid', 'invalid', 'missing'] as const

/** The callback with this number: what it says follows from the number alone, so that none has to be kept. */
function summaryOf({ rows, startedMs }: State, id: number, isLookedAt = true): CallbackSummary {
  const verdict = isLookedAt ? (verdicts[id % verdicts.length] ?? 'valid') : null
  const decoded = { event: id % 2 ? 'call.ended' : 'sms.received', title: `Call ${id} ended`, fields: [] }
  return {
    id,
    endpointId: endpoint.id,
    accountId: null,
    provider: null,
    receivedMs: startedMs - (rows - id) * 1000,
    method: id % 7 === 0 ? 'PUT' : 'POST',
    target: `/in/k3y/orders/${id}?attempt=1`,
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    origin: id % 11 === 0 ? 'simulate' : 'network',
    bodyBytes: 40,
    truncated: false,
    answerStatus: id % 13 === 0 ? 503 : 200,
    verdict,
    verdictText:
      verdict === null ? null : 'The signature over the address and the sorted fields is what the key makes of it.',
    decoded: isLookedAt && id % 3 === 0 ? decoded : null,
    ruleId: null,
    replayOf: null,
    pinned: id % 50 === 0,
    tags: id % 40 === 0 ? ['to look at'] : [],
    note: ''
  }
}

async function* arrivals(state: State, signal: AbortSignal | undefined) {
  let owed = 0
  let lookedAt = state.newestId
  // The caller ends it from outside.
  // oxlint-disable-next-line no-unmodified-loop-condition
  while (!signal?.aborted) {
    await new Promise(resolve => setTimeout(resolve, 10))
    owed += state.perSecond / 100
    for (; owed >= 1; owed -= 1) yield summaryOf(state, (state.newestId += 1), false)
    while (lookedAt < state.newestId) yield summaryOf(state, (lookedAt += 1))
  }
}

function listed(state: State, input: CallbackFilter & { beforeId?: number | undefined; limit: number }) {
  const found: CallbackSummary[] = []
  for (let id = Math.min(input.beforeId ?? Infinity, state.newestId + 1) - 1; id > 0; id -= 1) {
    const callback = summaryOf(state, id)
    const isFound = !input.search || callback.target.includes(input.search)
    if (isFound && passes(input, callback)) found.push(callback)
    if (found.length === input.limit) break
  }
  return found
}

function routerOf(state: State) {
  const { callbacks, listener, endpoints } = methods
  return methods.router({
    ...emptyNouns(),
    listener: {
      status: listener.status.handler(() => ({
        state: 'listening' as const,
        port: 4700,
        caught: state.newestId,
        unknown: 0,
        fault: null
      }))
    },
    endpoints: { list: endpoints.list.handler(() => [endpoint]) },
    callbacks: {
      list: callbacks.list.handler(({ input }) => listed(state, input)),
      watch: callbacks.watch.handler(({ signal }) => arrivals(state, signal))
    }
  } as never)
}

/** What the page asks for besides: there is none of it. */
function emptyNouns() {
  const { app, vaults, providers, accounts, profiles, runs, history, sandbox, schedules, rules, targets } = methods
  const info = {
    version: '0',
    dataDir: '/data',
    hostAbilities: [],
    vault: 'session' as const,
    vaultFault: null,
    autoLock: { minutes: null, withScreen: false }
  }
  return {
    app: {
      info: app.info.handler(() => info),
      watch: app.watch.handler(async function* ({ signal }) {
        await new Promise(resolve => signal?.addEventListener('abort', resolve))
        yield* []
      })
    },
    vaults: { list: vaults.list.handler(() => []) },
    providers: { list: providers.list.handler(() => []) },
    accounts: { list: accounts.list.handler(() => [account]) },
    profiles: { list: profiles.list.handler(() => []) },
    runs: { list: runs.list.handler(() => []) },
    history: { list: history.list.handler(() => []) },
    sandbox: { list: sandbox.list.handler(() => []) },
    schedules: { list: schedules.list.handler(() => []) },
    rules: { list: rules.list.handler(() => []) },
    targets: { list: targets.list.handler(() => []) }
  }
}
