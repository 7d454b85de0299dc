import type { HistoryEntry } from '#shared/model/history.ts'
import type { SettingValue } from '#shared/model/field.ts'
import type { Plan, Run, RunEvent, SettingChange } from '#shared/model/plan.ts'
import type { Conflict } from '#shared/model/profile.ts'
import { timeText } from '../table.ts'

const signs = { create: '+', update: '~', delete: '-' } as const

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
  lines.push(...plan.guards.map(guard => `  guard: ${guard.message}`))
  if (plan.changes.length === 0) return [...lines, 'Nothing to do.'].join('\n')
  return [...lines, `${plan.changes.length} to change. Plan ${plan.hash}`].join('\n')
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
      return `[${event.finished}/${event.total}] ${operation.change.action} ${operation.change.title}: ${operation.state}${why ? ` (${why})` : ''}`
    }
    case 'waiting':
      return `waiting until ${timeText(event.untilMs)}: ${event.reason}`
    case 'finished':
      return undefined
  }
}

export function runText(run: Run): string {
  const count = (state: string) => run.operations.filter(operation => operation.state === state).length
  const rest = run.operations.length - count('done')
  return `Run ${run.id} is ${run.state}: ${count('done')} done, ${rest} not done, ${run.writes} requests that change something were sent.`
}

export function historyText(entry: HistoryEntry): string {
  return [
    `${timeText(entry.atMs)}  ${entry.id}  ${entry.what}  ${entry.title}`,
    ...entry.settings.map(setting => `    ${settingText(setting)}`)
  ].join('\n')
}
