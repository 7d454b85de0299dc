import type { Attempt } from '#shared/model/attempt.ts'
import type { CallbackDetail, HeaderPair } from '#shared/model/callback.ts'
import type { ReplayOrder } from '#shared/model/lab.ts'

/** Whether an attempt goes on by itself, so that it is worth looking at again. */
export function isUnderWay({ state }: Attempt): boolean {
  return state === 'waiting' || state === 'sending'
}

/** Whether it never went out: its signature, its size or its target forbade it. */
export function isHeldBack({ fault }: Attempt): boolean {
  return fault?.code === 'held-back'
}

/** The tries at one target, or one replay: the newest last. */
export type AttemptGroup = { key: string; attempts: Attempt[] }

export function attemptGroups(attempts: Attempt[]): AttemptGroup[] {
  const keyOf = ({ kind, id, targetId, url }: Attempt) => (kind === 'replay' ? id : `${targetId ?? ''} ${url}`)
  return [...Map.groupBy(attempts, keyOf)].map(([key, group]) => ({ key, attempts: group }))
}

/** Only the last try of a group can be retried, and only where it failed for good or nobody knows. */
export function canRetry({ attempts }: AttemptGroup): boolean {
  const last = attempts.at(-1)
  return last?.kind === 'forward' && (last.state === 'failed' || last.state === 'unknown' || last.state === 'waiting')
}

/** A replay as it is typed. */
export type ReplayDraft = {
  to: 'listener' | 'address'
  url: string
  method: string
  headers: HeaderPair[]
  /** undefined: the bytes as they came. */
  body: string | undefined
  set: HeaderPair[]
  resign: boolean
}

/** Larger bodies are sent again as they came: an editor for them would hold up the page. */
const editableBytes = 1024 * 1024

/** Headers that every sender writes anew: they belong to a connection, not to what is said. */
const ofTheConnection = /^(host|content-length|transfer-encoding|connection|keep-alive|expect|te|trailer|upgrade)$/i

export function replayDraftOf(detail: CallbackDetail): ReplayDraft {
  return {
    to: 'listener',
    url: '',
    method: detail.method,
    headers: detail.headers.filter(([name]) => !ofTheConnection.test(name)),
    body: detail.bodyText !== null && detail.bodyBytes <= editableBytes ? detail.bodyText : undefined,
    set: [],
    resign: false
  }
}

/** Only what was changed is given, so that everything else goes out exactly as it came. */
export function replayOrderOf(draft: ReplayDraft, detail: CallbackDetail): ReplayOrder {
  const before = replayDraftOf(detail)
  const headers = draft.headers.filter(([name]) => name.trim() !== '')
  return {
    id: detail.id,
    to: draft.to === 'listener' ? null : draft.url.trim(),
    ...(draft.method !== before.method && { method: draft.method }),
    ...(JSON.stringify(headers) !== JSON.stringify(before.headers) && { headers }),
    ...(draft.body !== undefined && draft.body !== before.body && { bodyBase64: base64Of(draft.body) }),
    set: Object.fromEntries(draft.set.filter(([name]) => name.trim() !== '')),
    resign: draft.resign
  }
}

function base64Of(text: string): string {
  return base64OfBytes(new TextEncoder().encode(text))
}

export function base64OfBytes(bytes: Uint8Array): string {
  let letters = ''
  for (let at = 0; at < bytes.length; at += 0x8000) letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(letters)
}
