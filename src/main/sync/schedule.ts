import PQueue from 'p-queue'
import { Fault } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Schedule, ScheduleView } from '#shared/model/schedule.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import type { Conditions } from '../base/conditions.ts'
import type { LeaseHolder, Store } from '../store/store.ts'
import type { Contacts } from './schedule-contacts.ts'
import { createScheduleLease } from './schedule-lease.ts'
import { answersAgain, isDue, nextOf, type Next, type Situation } from './schedule-next.ts'
import { sendAlone, wishesOf } from './schedule-send.ts'
import { createWaiting } from './schedule-waiting.ts'
import type { Sync } from './sync.ts'

type ScheduleDeps = {
  store: Store
  sync: Pick<Sync, 'plan' | 'apply' | 'pull'>
  contacts: Contacts
  clock: Clock
  bus: Bus
  conditions: Conditions
  holder: LeaseHolder
  onBug(error: unknown): void
}

type ScheduleChange = { accountId: string; refreshMinutes?: number | null; appliesAlone?: boolean }

export type Schedules = {
  /** One for each account, oldest account first. */
  list(): Promise<ScheduleView[]>
  /** What is not given stays. faults: not-found. */
  set(change: ScheduleChange): Promise<ScheduleView>
  /** Looks at the accounts from now on, while no other process on the data folder does. */
  start(): void
  /** Begins nothing more. out: when what is under way has ended, which closing the sync breaks off. */
  close(): Promise<void>
}

const tickMs = 2_000
const accountsAtOnce = 4

type Standing = { account: Account; situation: Situation; next: Next }

/** What accounts do on their own: reading the provider from time to time, and sending what could not be sent before. */
export function createSchedules(deps: ScheduleDeps): Schedules {
  const { store, contacts, clock, bus, conditions, holder } = deps
  const lease = createScheduleLease(deps)
  const waiting = createWaiting(deps)
  let isWorking = false
  let isClosed = false
  let underWay: Promise<void> | undefined
  let wasOnline = true
  let shown = ''
  let hasNewRuns = true
  const stops = [bus.listen(({ topic }) => (hasNewRuns ||= topic === 'runs'))]

  function scheduleOf(accountId: string): Schedule {
    const own = store.schedules.list().find(schedule => schedule.accountId === accountId)
    return own ?? { accountId, refreshMinutes: null, appliesAlone: false }
  }

  /** Another process is at work; that of the one that does the schedule is no obstacle to it. */
  function isElsewhere(nowMs: number): boolean {
    const busy = store.leases.holder('sync', nowMs)
    return busy !== undefined && busy.id !== holder.id && busy.id !== store.leases.holder('schedule', nowMs)?.id
  }

  async function standingOf(account: Account): Promise<Standing> {
    const nowMs = clock.now()
    const count = contacts.of(account.id).lost ? (await waiting.of(account.id)).count : 0
    const contact = contacts.of(account.id)
    const situation: Situation = {
      schedule: scheduleOf(account.id),
      account,
      contact,
      waiting: count,
      isOnline: conditions.isOnline(),
      savesPower: conditions.savesPower(),
      isElsewhere: isElsewhere(nowMs),
      nowMs
    }
    if (count === 0 && answersAgain(situation)) contacts.settled(account.id)
    return { account, situation, next: nextOf(situation) }
  }

  function readRuns(): void {
    if (!hasNewRuns) return
    hasNewRuns = false
    contacts.readRuns()
  }

  async function standings(): Promise<Standing[]> {
    readRuns()
    const all: Standing[] = []
    for (const account of store.accounts.list()) all.push(await standingOf(account))
    return all
  }

  /** No system tells when the network is back. */
  function watchNetwork(): void {
    const isOnline = conditions.isOnline()
    if (isOnline && !wasOnline) contacts.hurry()
    wasOnline = isOnline
  }

  async function look(): Promise<void> {
    watchNetwork()
    const all = await standings()
    tellChanges(all)
    const active = all.filter(({ next }) => next.why !== null || next.paused !== null)
    if (active.length === 0) return lease.release()
    if (isClosed || !lease.take()) return
    const queue = new PQueue({ concurrency: accountsAtOnce })
    const due = active.filter(({ next, situation }) => isDue(next, situation.nowMs))
    await Promise.all(due.map(({ account }) => queue.add(() => lookAt(account.id))))
    if (due.length > 0) tellChanges(await standings())
  }

  function tellChanges(all: Standing[]): void {
    const now = all.map(one => [one.account.id, one.next.paused, one.situation.contact.fault, one.situation.waiting])
    const text = JSON.stringify([now, all.map(({ situation }) => answersAgain(situation))])
    if (text !== shown) bus.tell('schedules')
    shown = text
  }

  /** Reads the account; where its provider had not answered, and its person wants that, sends what waited. */
  async function lookAt(accountId: string): Promise<void> {
    const before = wishesOf(store.profiles.list({ accountId }))
    try {
      const [read] = await deps.sync.pull(accountId, 'schedule')
      const { lost, isSent } = contacts.of(accountId)
      const isAllowed = () => !isClosed && scheduleOf(accountId).appliesAlone
      if (read?.fault !== null || lost === null || isSent || !isAllowed()) return
      await sendAlone({ ...deps, isAllowed, begun: runId => contacts.ownRun(runId) }, accountId, before)
      contacts.sent(accountId)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      // Somebody is at work, or edits: another time. Anything else, such as a brake, is for a person.
      if (error.report().retry === 'later' || error.code === 'plan-changed') contacts.later(accountId)
      else contacts.sent(accountId)
    }
  }

  function tick(): void {
    if (underWay) return whileBusy()
    underWay = look()
      .catch(passOver)
      .finally(() => (underWay = undefined))
  }

  function whileBusy(): void {
    try {
      lease.renew()
    } catch (error) {
      passOver(error)
    }
  }

  /** A busy or full disk: nothing was begun, and the next tick sees it again. */
  function passOver(error: unknown): void {
    if (!(error instanceof Fault)) deps.onBug(error)
  }

  async function viewOf(account: Account): Promise<ScheduleView> {
    const { situation, next } = await standingOf(account)
    const isDone = isWorking || store.leases.holder('schedule', situation.nowMs) !== undefined
    return {
      ...scheduleOf(account.id),
      nextMs: next.atMs === null || !isDone ? null : Math.max(next.atMs, situation.nowMs),
      paused: next.paused,
      fault: situation.contact.fault,
      pending: await pendingOf(situation)
    }
  }

  async function pendingOf({ account, contact, waiting: count }: Situation): Promise<ScheduleView['pending']> {
    if (contact.lost === null || count === 0) return null
    const { changes, hash } = await waiting.of(account.id)
    const offered = answersAgain({ account, contact })
    if (offered && changes === 0) return null
    return { changes: offered ? changes : count, hash, offered }
  }

  return {
    async list() {
      readRuns()
      return Promise.all(store.accounts.list().map(viewOf))
    },
    async set({ accountId, refreshMinutes, appliesAlone }) {
      const account = store.accounts.get(accountId)
      if (!account) throw new Fault('not-found', { message: `There is no account ${accountId}.` })
      const before = scheduleOf(accountId)
      store.schedules.set({
        accountId,
        refreshMinutes: refreshMinutes === undefined ? before.refreshMinutes : refreshMinutes,
        appliesAlone: appliesAlone ?? before.appliesAlone
      })
      bus.tell('schedules')
      return viewOf(account)
    },
    start() {
      isWorking = true
      const timer = setInterval(tick, tickMs)
      timer.unref()
      const onWoken = () => {
        contacts.hurry()
        tick()
      }
      stops.push(() => clearInterval(timer), conditions.onWoken(onWoken))
    },
    async close() {
      isClosed = true
      for (const stop of stops) stop()
      waiting.close()
      await underWay
      lease.release()
    }
  }
}
