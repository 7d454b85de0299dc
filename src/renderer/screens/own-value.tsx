import { Button, Group, Stack } from '@mantine/core'
import { useState } from 'react'
import type { FieldCard, SettingValue } from '#shared/model/field.ts'
import { FieldInput } from '../forms/field-input.tsx'
import { draftOf, problemsOf, valueOf } from '../forms/form-model.ts'

type Props = {
  card: FieldCard
  /** What the input begins with. */
  value: SettingValue | undefined
  busy: boolean
  problem?: string
  onUse: (value: SettingValue) => void
  onClose: () => void
}

/** A third value, for when neither side's is right. */
export function OwnValue({ card, value, busy, problem, onUse, onClose }: Props) {
  const [typed, setTyped] = useState(() => draftOf([card], { [card.name]: value ?? null })[card.name] ?? '')
  const [wrong, setWrong] = useState<string>()
  const use = () => {
    const found = problemsOf([card], { [card.name]: typed })[card.name]
    setWrong(found)
    if (found !== undefined) return
    onUse(typed === '' ? null : valueOf(card, typed, value ?? undefined))
  }
  return (
    <form
      noValidate
      aria-label={`Another value for ${card.label}`}
      onSubmit={event => {
        event.preventDefault()
        use()
      }}
    >
      <Stack gap="xs" mt="sm">
        <FieldInput
          card={{ ...card, label: `Another value for ${card.label}`, help: undefined }}
          value={typed}
          onChange={next => {
            setTyped(next)
            setWrong(undefined)
          }}
          problem={wrong ?? problem}
        />
        <Group gap="xs">
          <Button type="submit" size="compact-sm" loading={busy}>
            Use this value
          </Button>
          <Button size="compact-sm" variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
