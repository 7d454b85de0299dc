import { implement } from '@orpc/server'
import { contract } from '#shared/contract/index.ts'
import type { Account } from '#shared/model/account.ts'
import type { Attempt, Target } from '#shared/model/attempt.ts'
import type { CallbackDetail, CallbackSummary, EndpointView } from '#shared/model/callback.ts'
import type { ListenerSettings } from '#shared/model/lab.ts'
import type { Rule } from '#shared/model/rule.ts'
import { passes } from '../../src/renderer/state/callbacks-filter.ts'

// A core of plain data behind the contract, for looking at the page under a stream that no real sender makes.

const methods = implement(contract)

export type LaboratoryOptions = {
  /** Callbacks that are there from the beginning. */
  rows: number
  /** Arrivals per second while someone watches; each is told twice, as the real core does. */
  perSecond: number
  body?: Uint8Array
}

export type Laboratory = {
  router: ReturnType<typeof routerOf>
  /** How many callbacks there are. */
  count(): number
  /** From now on this many arrive per second. */
  arrive(perSecond: number): void
}

type State = {
  options: LaboratoryOptions
  newestId: number
  perSecond: number
  marks: Map<number, Pick<CallbackSummary, 'pinned' | 'tags' | 'note'>>
  rules: Rule[]
  targets: Target[]
  attempts: Attempt[]
  settings: ListenerSettings
}

const startedMs = Date.now()

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
  const state: State = {
    options,
    newestId: options.rows,
    perSecond: options.perSecond,
    marks: new Map(),
    rules: [],
    targets: [],
    attempts: [],
    settings: { keepDays: 30, keepCount: null, keepBytes: null, hosts: [], https: false }
  }
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
function summaryOf(state: State, id: number, isLookedAt = true): CallbackSummary {
  const verdict = isLookedAt ? (verdicts[id % verdicts.length] ?? 'valid') : null
  const decoded = { event: id % 2 ? 'call.ended' : 'sms.received', title: `Call ${id} ended`, fields: [] }
  const marks = state.marks.get(id) ?? { pinned: false, tags: [], note: '' }
  return {
    id,
    endpointId: endpoint.id,
    accountId: null,
    provider: null,
    receivedMs: startedMs - (state.options.rows - id) * 1000,
    method: id % 7 === 0 ? 'PUT' : 'POST',
    target: `/in/k3y/orders/${id}?attempt=1`,
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    origin: id % 11 === 0 ? 'simulate' : 'network',
    bodyBytes: state.options.body?.length ?? 40,
    truncated: false,
    answerStatus: id % 13 === 0 ? 503 : 200,
    verdict,
    verdictText:
      verdict === null ? null : 'The signature over the address and the sorted fields is what the key makes of it.',
    decoded: isLookedAt && id % 3 === 0 ? decoded : null,
    ruleId: id % 13 === 0 ? (state.rules[0]?.id ?? null) : null,
    replayOf: null,
    ...marks
  }
}

function detailOf(state: State, id: number): CallbackDetail {
  const body = state.options.body ?? Buffer.from(JSON.stringify({ id, status: 'completed', tries: [1, 2] }))
  return {
    ...summaryOf(state, id),
    headers: [
      ['Host', 'localhost:4700'],
      ['X-Signature', 'sha256=5f2b…'],
      ['content-type', 'application/json'],
      ['Accept', '*/*'],
      ['accept', 'application/json']
    ],
    trailers: [],
    verdictDetails: [{ label: 'What was signed', value: 'http://localhost:4700/in/k3y/orders' }],
    bodyBase64: Buffer.from(body).toString('base64'),
    bodyText: state.options.body ? null : Buffer.from(body).toString()
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

function routerOf(state: State) {
  return methods.router({
    ...emptyNouns(),
    ...ruleMethods(state),
    ...targetMethods(state),
    ...callbackMethods(state)
  } as never)
}

function callbackMethods(state: State) {
  const { callbacks, listener, endpoints, attempts } = methods
  return {
    listener: {
      status: listener.status.handler(() => ({
        state: 'listening' as const,
        port: 4700,
        caught: state.newestId,
        unknown: 0,
        fault: null
      })),
      settings: listener.settings.handler(() => state.settings),
      configure: listener.configure.handler(({ input }) => Object.assign(state.settings, input))
    },
    endpoints: { list: endpoints.list.handler(() => [endpoint]) },
    attempts: {
      list: attempts.list.handler(({ input }) => state.attempts.filter(each => each.callbackId === input.callbackId)),
      retry: attempts.retry.handler(({ input }) => state.attempts.find(each => each.id === input.id) as Attempt)
    },
    callbacks: {
      list: callbacks.list.handler(({ input }) => listed(state, input)),
      get: callbacks.get.handler(({ input }) => detailOf(state, input.id)),
      watch: callbacks.watch.handler(({ signal }) => arrivals(state, signal)),
      clear: callbacks.clear.handler(() => ({ done: true as const })),
      note: callbacks.note.handler(({ input: { id, ...change } }) => {
        const before = state.marks.get(id) ?? { pinned: false, tags: [], note: '' }
        const given = Object.entries(change).filter(([, value]) => value !== undefined)
        state.marks.set(id, { ...before, ...(Object.fromEntries(given) as typeof before) })
        return summaryOf(state, id)
      }),
      diff: callbacks.diff.handler(({ input }) => ({
        differences: [
          { part: 'target' as const, name: 'path', from: `/orders/${input.from}`, to: `/orders/${input.to}` },
          { part: 'header' as const, name: 'X-Retry', from: null, to: '1' },
          { part: 'json' as const, name: 'status', from: 'ringing', to: 'completed' }
        ],
        sameBody: false
      })),
      replay: callbacks.replay.handler(({ input }) => addAttempt(state, input.id, input.to ?? endpoint.url ?? '')),
      export: callbacks.export.handler(({ input }) => ({
        fileName: `callbacks.${input.format}`,
        mediaType: 'text/plain',
        text: input.ids.join('\n')
      })),
      import: callbacks.import.handler(() => ({ ids: [(state.newestId += 1)] }))
    }
  }
}

function listed(state: State, input: { beforeId?: number | undefined; limit: number; search?: string | undefined }) {
  const found: CallbackSummary[] = []
  for (let id = Math.min(input.beforeId ?? Infinity, state.newestId + 1) - 1; id > 0; id -= 1) {
    const callback = summaryOf(state, id)
    const isFound = !input.search || callback.target.includes(input.search)
    if (isFound && passes(input, callback)) found.push(callback)
    if (found.length === input.limit) break
  }
  return found
}

function addAttempt(state: State, callbackId: number, url: string): Attempt {
  const attempt: Attempt = {
    id: `att${state.attempts.length}`,
    callbackId,
    targetId: null,
    kind: 'replay',
    url,
    state: 'done',
    number: 1,
    method: 'POST',
    editedHeaders: null,
    status: 200,
    responseHeaders: [['content-type', 'application/json']],
    responseBodyBase64: Buffer.from('{"taken":true}').toString('base64'),
    responseTruncated: false,
    fault: null,
    dueMs: Date.now(),
    startedMs: Date.now(),
    finishedMs: Date.now() + 12
  }
  state.attempts.push(attempt)
  return attempt
}

function ruleMethods(state: State) {
  const { rules } = methods
  const find = (id: string) => state.rules.find(rule => rule.id === id) as Rule
  return {
    rules: {
      list: rules.list.handler(() => state.rules),
      add: rules.add.handler(({ input }) => {
        const rule = { ...input, id: `rul${state.rules.length}`, position: state.rules.length }
        state.rules.push(rule)
        return rule
      }),
      update: rules.update.handler(({ input }) => Object.assign(find(input.id), input) as Rule),
      move: rules.move.handler(({ input }) => {
        const others = state.rules.filter(rule => rule.id !== input.id)
        const at = input.before === null ? others.length : others.findIndex(rule => rule.id === input.before)
        state.rules = others.toSpliced(at, 0, find(input.id)).map((rule, position) => ({ ...rule, position }))
        return state.rules
      }),
      remove: rules.remove.handler(({ input }) => {
        state.rules = state.rules.filter(rule => rule.id !== input.id)
        return { done: true as const }
      })
    }
  }
}

function targetMethods(state: State) {
  const { targets } = methods
  return {
    targets: {
      list: targets.list.handler(() => state.targets),
      add: targets.add.handler(({ input }) => {
        const target = { id: `tar${state.targets.length}`, enabled: true, ...input, label: input.label ?? input.url }
        state.targets.push(target)
        return target
      }),
      update: targets.update.handler(
        ({ input }) => Object.assign(state.targets.find(target => target.id === input.id) as Target, input) as Target
      ),
      remove: targets.remove.handler(({ input }) => {
        state.targets = state.targets.filter(target => target.id !== input.id)
        return { done: true as const }
      })
    }
  }
}

/** What the page asks for besides: there is none of it. */
function emptyNouns() {
  const { app, vaults, providers, accounts, profiles, runs, history, sandbox, schedules } = methods
  const info = { version: '0', dataDir: '/data', hostAbilities: [], vault: 'session' as const, vaultFault: null }
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
    schedules: { list: schedules.list.handler(() => []) }
  }
}
