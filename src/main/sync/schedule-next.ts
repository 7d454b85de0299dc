import type { FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Schedule, ScheduleView } from '#shared/model/schedule.ts'
import { isLoopback } from '../base/loopback.ts'

/** How it went between an account and its provider lately, as far as it is not in the database. */
export type Contact = {
  /** When the provider was last asked; null: not since this process began. */
  triedMs: number | null
  /** What kept that from succeeding. */
  fault: FaultReport | null
  /** The provider did not answer; `pulledMs`: when the account had been read whole by then. */
  lost: { pulledMs: number | null } | null
  /** How often in a row it did not. */
  failures: number
  /** Not to be asked again before, where something waits for it. */
  probeMs: number
  /** What could go out by itself since the provider answers again has gone out. */
  isSent: boolean
}

export const noContact: Contact = { triedMs: null, fault: null, lost: null, failures: 0, probeMs: 0, isSent: false }

/** All that the decision is made from. */
export type Situation = {
  schedule: Pick<Schedule, 'refreshMinutes' | 'appliesAlone'>
  account: Pick<Account, 'id' | 'baseUrl' | 'state' | 'createdMs' | 'pulledMs'>
  contact: Contact
  /** Changes that wait here: those that a plan has, and those of which it is not known what became of them. */
  waiting: number
  isOnline: boolean
  savesPower: boolean
  /** Another process talks to providers now. */
  isElsewhere: boolean
  nowMs: number
}

/** `why`: to see what changed there, to find out whether it answers again, or to send what waits. */
export type Next = {
  atMs: number | null
  why: 'refresh' | 'probe' | 'send' | null
  paused: ScheduleView['paused']
}

/** The longest pause between two questions whether the provider answers again. */
export const longestProbeMs = 5 * 60_000
const firstProbeMs = 5_000
const jitterShare = 0.1
const minuteMs = 60_000
const longestRetryMs = 24 * 60 * minuteMs

/** Whether the provider was not there, and is again. Compared for being another read, not for being later: clocks jump. */
export function answersAgain({ account, contact }: Pick<Situation, 'account' | 'contact'>): boolean {
  return contact.lost !== null && account.pulledMs !== contact.lost.pulledMs
}

/**
 * Decides when an account is looked at next, and why. Pure. A time that has passed is due, once: the next one is counted
 * from the look. A paused account has no time.
 */
export function nextOf(situation: Situation): Next {
  const { account, isOnline, isElsewhere, savesPower } = situation
  const refresh = refreshTime(situation)
  const waited = waitedTime(situation)
  if (refresh === null && waited === null) return { atMs: null, why: null, paused: null }
  const pause = (paused: Next['paused']): Next => ({ atMs: null, why: null, paused })
  if (account.state === 'parked') return pause('account-parked')
  if (!isOnline && !isHere(account.baseUrl)) return pause('offline')
  if (isElsewhere) return pause('in-use-elsewhere')
  const spared = savesPower ? null : refresh
  if (waited !== null && (spared === null || waited.atMs <= spared)) return { ...waited, paused: null }
  return spared === null ? pause('battery-saver') : { atMs: spared, why: 'refresh', paused: null }
}

export function isDue({ atMs }: Next, nowMs: number): boolean {
  return atMs !== null && atMs <= nowMs
}

/** Full jitter: anything up to a bound that doubles. in: `random` from 0 to 1. */
export function probePauseMs(failures: number, random: number): number {
  return Math.round(random * Math.min(longestProbeMs, firstProbeMs * 2 ** Math.min(failures, 16)))
}

/** Off by a tenth at most, always the same for one account and read, so that every process names the same time. */
export function jittered(intervalMs: number, seed: string): number {
  return Math.round(intervalMs * (1 + jitterShare * (2 * share(seed) - 1)))
}

/** Whether the provider is on this computer, so that it needs no network. */
export function isHere(baseUrl: string): boolean {
  return baseUrl.startsWith('sandbox:') || isLoopback(URL.parse(baseUrl)?.hostname ?? '')
}

function refreshTime({ schedule, account, contact, nowMs }: Situation): number | null {
  if (schedule.refreshMinutes === null) return null
  const intervalMs = schedule.refreshMinutes * minuteMs
  // A time that lies further ahead than an interval is from before the clock was set back.
  const times = [account.pulledMs ?? account.createdMs, contact.triedMs ?? 0].filter(ms => ms <= nowMs + intervalMs)
  const lastMs = Math.max(0, ...times)
  return Math.max(lastMs + jittered(intervalMs, `${account.id} ${lastMs}`), askedBackMs(contact, nowMs))
}

function waitedTime(situation: Situation): { atMs: number; why: 'probe' | 'send' } | null {
  const { schedule, contact, waiting, nowMs } = situation
  if (contact.lost === null || waiting === 0) return null
  const again = answersAgain(situation)
  if (again && (!schedule.appliesAlone || contact.isSent)) return null
  const probeMs = contact.probeMs > nowMs + longestProbeMs ? nowMs : contact.probeMs
  return { atMs: Math.max(probeMs, askedBackMs(contact, nowMs)), why: again ? 'send' : 'probe' }
}

/** When the provider asked to come back; longer ahead than it can mean, it is from before the clock was set back. */
function askedBackMs({ fault }: Contact, nowMs: number): number {
  const atMs = fault?.retryAtMs ?? 0
  return atMs > nowMs + longestRetryMs ? 0 : atMs
}

/** FNV-1a. out: from 0 up to 1. */
function share(seed: string): number {
  let hash = 0x811c9dc5
  for (const char of seed) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0) / 2 ** 32
}
