import type { Account } from '#shared/model/account.ts'
import type { ScheduleView } from '#shared/model/schedule.ts'
import { Fault } from '#shared/faults.ts'
import { findAccount } from '../addressing.ts'
import type { Action } from '../main.ts'
import { countText, table, timeText } from '../table.ts'

export type ScheduleOptions = { refresh?: string; appliesAlone?: string }

/** Shows what accounts do on their own, or sets it for one. It is done while the window or `serve` is open. */
export const schedule =
  (text: string | undefined, options: ScheduleOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
    const accounts = await client.accounts.list()
    const change = changeOf(options)
    if (Object.keys(change).length > 0) {
      if (text === undefined) throw new Fault('bad-usage', { message: 'Name the account whose schedule is to be set' })
      const view = await client.schedules.set({ accountId: (await findAccount(client, text)).id, ...change })
      return { value: view, text: scheduleTable([view], accounts) }
    }
    const views = await client.schedules.list()
    if (text === undefined) return { value: views, text: scheduleTable(views, accounts) }
    const { id } = await findAccount(client, text)
    const own = views.filter(view => view.accountId === id)
    return { value: own[0], text: scheduleTable(own, accounts) }
  }

function changeOf({ refresh, appliesAlone }: ScheduleOptions) {
  return {
    ...(refresh !== undefined && { refreshMinutes: minutesOf(refresh) }),
    ...(appliesAlone !== undefined && { appliesAlone: isOn(appliesAlone) })
  }
}

function minutesOf(text: string): number | null {
  if (text === 'off') return null
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new Fault('bad-usage', { message: '--refresh takes a number of minutes (5 to 10080) or off' })
}

function isOn(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new Fault('bad-usage', { message: '--applies-alone takes on or off' })
}

function scheduleTable(views: ScheduleView[], accounts: Account[]): string {
  const labels = new Map(accounts.map(({ id, label }) => [id, label]))
  const rows = views.map(view => [
    labels.get(view.accountId) ?? view.accountId,
    view.refreshMinutes === null ? 'off' : `every ${view.refreshMinutes} min`,
    view.appliesAlone ? 'on' : 'off',
    nextText(view),
    view.pending ? `${countText(view.pending.changes, 'change')}${view.pending.offered ? ', offered' : ''}` : ''
  ])
  return table(['ACCOUNT', 'REFRESH', 'APPLIES ALONE', 'NEXT', 'WAITING'], rows, 'No accounts yet.')
}

/** Nobody looks while neither a window nor `serve` is open. */
function nextText({ refreshMinutes, nextMs, paused }: ScheduleView): string {
  if (paused) return `paused: ${paused}`
  if (nextMs !== null) return timeText(nextMs)
  return refreshMinutes === null ? '' : 'when Plugboard is open'
}
