import { Group } from '@mantine/core'
import type { ProfileState } from '#shared/model/profile.ts'
import { profileStateMarks } from '../parts/state-badge.tsx'
import { stateOrder } from '../state/profile-rows.ts'

type Props = {
  counts: Map<ProfileState, number>
  value: ProfileState | undefined
  onChange: (state: ProfileState | undefined) => void
}

/** Shows the states that there are, and how many are in each; one can be picked. */
export function StateFilter({ counts, value, onChange }: Props) {
  const present = stateOrder.filter(state => counts.has(state) || state === value)
  if (present.length < 2 && value === undefined) return null
  return (
    <Group gap={6} component="fieldset" className="pb-bare" aria-label="State">
      {present.map(state => {
        const { icon: IconOf, label } = profileStateMarks[state]
        return (
          <button
            key={state}
            type="button"
            className="pb-filter"
            aria-pressed={state === value}
            onClick={() => onChange(state === value ? undefined : state)}
          >
            <IconOf size={14} aria-hidden />
            {label} {counts.get(state) ?? 0}
          </button>
        )
      })}
    </Group>
  )
}
