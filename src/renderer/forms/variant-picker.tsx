import { Select, Stack, Text, TextInput } from '@mantine/core'
import type { FormCard } from '#shared/model/field.ts'
import { useState } from 'react'

type Props = {
  form: FormCard
  /** The value that chooses the variant. */
  value: string
  onChange: (value: string) => void
  /** Values that are taken: they cannot be chosen again. */
  taken: ReadonlySet<string>
  problem?: string
}

/** Outside of the component, so that it is called once and not at every key. */
function focusOnceShown(input: HTMLInputElement | null) {
  input?.focus()
}

const another = '\u0000another'

/** Chooses the variant of a new profile: one that is known, with its label and help, or any other one. */
export function VariantPicker({ form, value, onChange, taken, problem }: Props) {
  const [isOther, setOther] = useState(false)
  const { variants } = form
  if (!variants) return null
  const byCard = form.fields.find(card => card.name === variants.by)
  const noun = byCard?.label ?? variants.by
  const helpFor = new Map(variants.options.map(option => [option.value, option.help]))
  const options = variants.options
    .map(({ value, label }) => ({ value, label: `${label} (${value})`, disabled: taken.has(value) }))
    .sort((one, other) => Number(one.disabled) - Number(other.disabled))
  const other = { value: another, label: `Another ${noun.toLowerCase()}…` }

  return (
    <Stack gap="md">
      <Select
        label={noun}
        placeholder={`Choose a ${noun.toLowerCase()}`}
        data={variants.other ? [...options, other] : options}
        value={isOther ? another : value === '' ? null : value}
        onChange={chosen => {
          setOther(chosen === another)
          onChange(chosen === another ? '' : (chosen ?? ''))
        }}
        renderOption={({ option }) => (
          <div>
            <Text size="sm">{option.label}</Text>
            <Text size="xs" c="dimmed">
              {option.value === another
                ? variants.other?.help
                : taken.has(option.value)
                  ? 'Exists already.'
                  : helpFor.get(option.value)}
            </Text>
          </div>
        )}
        error={isOther ? undefined : problem}
        allowDeselect={false}
        maxDropdownHeight="min(400px, 45dvh)"
        searchable
        required
        data-autofocus
      />
      {isOther && (
        <TextInput
          label={`Name of the ${noun.toLowerCase()}`}
          description={byCard?.help ?? variants.other?.help}
          value={value}
          onChange={event => onChange(event.currentTarget.value)}
          error={taken.has(value) ? 'This exists already.' : problem}
          classNames={{ input: 'pb-mono' }}
          maxLength={byCard?.maxLength}
          spellCheck={false}
          required
          ref={focusOnceShown}
        />
      )}
    </Stack>
  )
}
