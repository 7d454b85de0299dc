import type { Account } from '#shared/model/account.ts'
import type { CallbackSummary, Endpoint } from '#shared/model/callback.ts'
import type { HistoryEntry } from '#shared/model/history.ts'
import type { Change, Operation, Run } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { NewCallback, Store, StoredSecret } from '../../src/main/store/store.ts'

export function accountRow(more: Partial<Omit<Account, 'secrets'>> = {}): Omit<Account, 'secrets'> {
  return {
    id: 'acc-1',
    provider: 'exotel',
    label: 'Main',
    baseUrl: 'https://api.example.test',
    fields: { appId: 'app', quote: `'"\\ü\u0000` },
    state: 'ready',
    parkedFault: null,
    createdMs: 1_700_000_000_000,
    updatedMs: 1_700_000_000_001,
    pulledMs: null,
    ...more
  }
}

export function secretRow(more: Partial<StoredSecret> = {}): StoredSecret {
  return { owner: 'acc-1', name: 'appSecret', version: 1, vault: 'keychain', fingerprint: 'f1', ...more }
}

export function profileRow(more: Partial<ProfileRecord> = {}): ProfileRecord {
  return {
    id: 'pro-1',
    accountId: 'acc-1',
    kind: 'app-setting',
    remoteId: null,
    base: null,
    local: {
      key: 'callback',
      value: 'https://example.test/?a=1&b=ü',
      many: ['a', 'b'],
      on: true,
      count: 3,
      none: null
    },
    remote: null,
    remoteKnown: true,
    remoteSeenMs: null,
    policies: { value: 'managed' },
    createdMs: 10,
    updatedMs: 11,
    ...more
  }
}

export function historyRow(more: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    id: 'his-1',
    atMs: 100,
    accountId: 'acc-1',
    profileId: 'pro-1',
    kind: 'app-setting',
    title: 'callback',
    what: 'local-edited',
    settings: [{ setting: 'value', label: 'Value', secret: false, from: 'a', to: 'b' }],
    after: { key: 'callback', value: 'b' },
    runId: null,
    who: 'window',
    ...more
  }
}

export function runRow(more: Partial<Omit<Run, 'operations'>> = {}): Omit<Run, 'operations'> {
  const own = { id: 'run-1', planHash: 'hash', accountId: null, state: 'running' as const }
  return { ...own, writes: 0, startedMs: 5, finishedMs: null, ...more }
}

export const changeRow: Change = {
  accountId: 'acc-1',
  profileId: 'pro-1',
  kind: 'app-setting',
  remoteId: 'r-1',
  title: 'callback',
  action: 'update',
  settings: [{ setting: 'value', label: 'Value', secret: false, from: 'a' }],
  reliesOn: { key: 'callback', value: 'a' }
}

export function operationRow(more: Partial<Operation> = {}): Operation {
  return {
    id: 'op-1',
    runId: 'run-1',
    accountId: 'acc-1',
    profileId: 'pro-1',
    change: changeRow,
    state: 'prepared',
    attempts: 0,
    fault: null,
    note: null,
    retryAtMs: null,
    preparedMs: 6,
    inflightElapsedMs: null,
    finishedMs: null,
    ...more
  }
}

export function endpointRow(more: Partial<Endpoint> = {}): Endpoint {
  return {
    id: 'end-1',
    accountId: 'acc-1',
    key: 'key1',
    label: 'Main',
    scheme: 'provider',
    publicUrl: null,
    createdMs: 7,
    ...more
  }
}

export function callbackRow(more: Partial<NewCallback> = {}): NewCallback {
  return {
    ruleId: null,
    replayOf: null,
    endpointId: null,
    accountId: null,
    provider: null,
    receivedMs: 1_700_000_000_000,
    method: 'POST',
    target: '/in/key1',
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    origin: 'network',
    headers: [],
    trailers: [],
    body: new Uint8Array(),
    truncated: false,
    answerStatus: 200,
    ...more
  }
}

/** What the call throws, as its code; the error itself where it is not a fault. */
export function codeOf(call: () => unknown): unknown {
  try {
    return { returned: call() }
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

/** The callback that was stored last. */
export function newest(store: Store): CallbackSummary | undefined {
  return store.callbacks.list({ limit: 1 })[0]
}
