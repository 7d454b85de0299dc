import { Stack } from '@mantine/core'
import type { FieldCard } from '#shared/model/field.ts'
import type { ReactNode } from 'react'
import { FieldInput } from './field-input.tsx'
import type { Draft, Problems } from './form-model.ts'

type Props = {
  fields: FieldCard[]
  draft: Draft
  onChange: (draft: Draft) => void
  problems: Problems
  /** What looks odd about the saved values. */
  warnings?: Problems
  /** The versions of the secrets that are in the vault, by field name. */
  kept?: ReadonlyMap<string, number>
  isMade?: boolean
  /** What stands under a field. */
  renderAfter?: (card: FieldCard) => ReactNode
}

/** A form of any schema: the provider's cards say which fields, this says how they look. */
export function SchemaForm({ fields, draft, onChange, problems, warnings, kept, isMade, renderAfter }: Props) {
  return (
    <Stack gap="md">
      {fields.map(card => (
        <FieldInput
          key={card.name}
          card={card}
          value={draft[card.name] ?? (card.type === 'boolean' ? false : '')}
          onChange={value => onChange({ ...draft, [card.name]: value })}
          problem={problems[card.name]}
          warning={warnings?.[card.name]}
          keptVersion={kept?.get(card.name)}
          isMade={isMade}
          after={renderAfter?.(card)}
        />
      ))}
    </Stack>
  )
}
