import type { HistoryEntry } from '#shared/model/history.ts'
import type { SettingValue } from '#shared/model/field.ts'
import type { Plan, Run, RunEvent, SettingChange } from '#shared/model/plan.ts'
import type { Conflict, ProfileState } from '#shared/model/profile.ts'
import { countText, timeText } from '../table.ts'

const signs = { create: '+', update: '~', delete: '-' } as const

/** After the title: what is to be done about the profile, in words. */
export const stateText: Record<ProfileState, string> = {
  'in-sync': 'is in sync',
  edited: 'is edited',
  created: 'is new and not yet at the provider',
  deleted: 'is marked for deletion',
  drifted: 'was changed at the provider',
  'removed-there': 'was removed at the provider',
  conflict: 'has a conflict',
  unknown: 'could not be read at the provider'
}

export function valueText(value: SettingValue | undefined): string {
  if (value === undefined) return '(none)'
  if (value !== null && typeof value === 'object' && '$secret' in value) return `(secret, version ${value.$secret})`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export function settingText(change: SettingChange): string {
  return `${change.label}: ${valueText(change.from)} → ${valueText(change.to)}`
}

export function planText(plan: Plan): string {
  const lines = plan.changes.flatMap(change => [
    `${signs[change.action]} ${change.action} ${change.title} (${change.profileId})`,
    ...change.settings.map(setting => `    ${settingText(setting)}`)
  ])
  lines.push(...plan.conflicts.map(conflict => `! ${conflictText(conflict)}`))
  lines.push(...plan.held.map(held => `  held: ${held.title}: ${held.message}`))
  lines.push(
    ...plan.guards.map(guard => `  ${guard.confirm === null ? 'not possible' : 'to confirm'}: ${guard.message}`)
  )
  lines.push(...conflictCountText(plan))
  if (plan.changes.length > 0) lines.push(`${countText(plan.changes.length, 'change')} to apply. Plan ${plan.hash}`)
  return lines.join('\n') || 'Nothing to do.'
}

/** How many conflicts wait for a person, and how that is done. out: no line where there are none. */
export function conflictCountText({ conflicts }: Pick<Plan, 'conflicts'>): string[] {
  return conflicts.length === 0 ? [] : [`${countText(conflicts.length, 'conflict')}: choose with "conflicts resolve".`]
}

export function conflictText(conflict: Conflict): string {
  const where = conflict.setting === null ? 'the whole profile' : conflict.label
  return `conflict: ${conflict.title} (${conflict.profileId}), ${where}: here ${valueText(conflict.local)}, there ${valueText(conflict.remote)}`
}

export function runEventText(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'started':
      return undefined
    case 'operation': {
      const { operation } = event
      if (operation.state === 'prepared' || operation.state === 'inflight') return undefined
      const why = operation.fault?.message ?? operation.note
      const what = `${operation.change.action} ${operation.change.title}: ${operation.state}`
      const sent = operation.attempts > 1 ? `, ${countText(operation.attempts, 'request')}` : ''
      return `[${event.finished}/${event.total}] ${what}${sent}${why ? ` (${why})` : ''}`
    }
    case 'waiting':
      return `waiting until ${timeText(event.untilMs)}: ${event.reason}`
    case 'finished':
      return undefined
  }
}

export function runText(run: Run): string {
  const count = (state: string) => run.operations.filter(operation => operation.state === state).length
  const total = run.operations.length
  const sent = `${countText(run.writes, 'request')} sent that ${run.writes === 1 ? 'changes' : 'change'} something`
  return `Run ${run.id} is ${run.state}: ${count('done')} of ${countText(total, 'change')} carried out, ${sent}.`
}

export function historyText(entry: HistoryEntry): string {
  return [
    `${timeText(entry.atMs)}  ${entry.id}  ${entry.what}  ${entry.title}${entry.who === null ? '' : `  (${entry.who})`}`,
    ...entry.settings.map(setting => `    ${settingText(setting)}`)
  ].join('\n')
}
