import type { PlanDifference } from './faults.ts'

/** One line of what keeps a plan from being the reviewed one. */
export function differenceText({ what, title, action, settings }: PlanDifference): string {
  const names = settings.length > 0 ? `: ${settings.join(', ')}` : ''
  switch (what) {
    case 'added':
      return `New in the plan: ${action} “${title}”${names}`
    case 'gone':
      return `Not in the plan any more: ${action} “${title}”${names}`
    case 'differs':
      return `Changed since: ${action} “${title}”${names}`
    default:
      return what satisfies never
  }
}
