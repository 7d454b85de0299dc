import type { Settings } from '#shared/model/field.ts'
import type { Warning } from '#shared/model/profile.ts'

/** What one check has against a text; undefined where it has nothing. */
export type Check = (text: string) => string | undefined

/** The warnings of the settings that are there as texts, each by its own check; in the order of the checks. */
export function warningsBy(settings: Settings, checks: Record<string, Check>): Warning[] {
  return Object.entries(checks).flatMap(([setting, check]) => {
    const value = settings[setting]
    const text = typeof value === 'string' && value !== '' ? check(value) : undefined
    return text === undefined ? [] : [{ setting, text }]
  })
}
