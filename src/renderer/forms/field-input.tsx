import { Select, Switch, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconLock } from '@tabler/icons-react'
import type { FieldCard } from '#shared/model/field.ts'
import type { ReactNode } from 'react'
import { SecretField } from './secret-field.tsx'

type Props = {
  card: FieldCard
  value: string | boolean
  onChange: (value: string | boolean) => void
  problem?: string
  /** What looks odd about the value that is saved. */
  warning?: string
  /** The version of a secret that is in the vault already: left empty it stays. */
  keptVersion?: number
  /** Made already, so that what is immutable is closed. */
  isMade?: boolean
  after?: ReactNode
}

const inputTypes: Partial<Record<FieldCard['type'], 'url' | 'tel' | 'email'>> = {
  url: 'url',
  phone: 'tel',
  email: 'email'
}
const inputModes: Partial<Record<FieldCard['type'], 'url' | 'tel' | 'email' | 'numeric'>> = {
  ...inputTypes,
  integer: 'numeric'
}

/** One field of any form, as its card says. */
export function FieldInput({ card, value, onChange, problem, warning, keptVersion, isMade = false, after }: Props) {
  const isClosed = card.readOnly || (card.immutable && isMade)
  const common = {
    label: card.label,
    description: describedBy(helpOf(card, isMade), warning),
    error: problem,
    required: card.required && !isClosed,
    name: card.name
  }
  if (isClosed) return <ClosedField card={card} value={value} help={common.description} />
  if (card.type === 'boolean') {
    return (
      <Switch
        {...common}
        aria-invalid={problem !== undefined || undefined}
        checked={value === true}
        onChange={event => onChange(event.currentTarget.checked)}
      />
    )
  }
  if (card.type === 'choice') {
    return (
      <Select
        {...common}
        data={card.choices ?? []}
        value={value === '' ? null : String(value)}
        onChange={chosen => onChange(chosen ?? '')}
        clearable={!card.required}
        allowDeselect={!card.required}
        placeholder="Not set"
      />
    )
  }
  if (card.secret) {
    return (
      <SecretField
        // Another version is another secret: whether it is being replaced starts anew.
        key={keptVersion}
        card={card}
        value={String(value)}
        onChange={onChange}
        problem={problem}
        help={common.description}
        keptVersion={keptVersion}
      />
    )
  }
  return (
    <div>
      <TextInput
        {...common}
        type={inputTypes[card.type] === 'url' ? 'text' : (inputTypes[card.type] ?? 'text')}
        inputMode={inputModes[card.type]}
        value={String(value)}
        onChange={event => onChange(event.currentTarget.value)}
        placeholder={card.example}
        classNames={card.type === 'url' ? { input: 'pb-mono' } : undefined}
        spellCheck={false}
        autoComplete="off"
      />
      {after}
    </div>
  )
}

/** Shown to be read and copied, not to be changed. */
function ClosedField({ card, value, help }: { card: FieldCard; value: string | boolean; help: ReactNode }) {
  return (
    <TextInput
      label={card.label}
      description={help}
      value={closedText(card, value)}
      rightSection={<IconLock size={14} aria-hidden />}
      classNames={{ input: 'pb-mono pb-closed' }}
      readOnly
    />
  )
}

function closedText(card: FieldCard, value: string | boolean): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return card.choices?.find(choice => choice.value === value)?.label ?? value
}

/** The help, and what is odd: read aloud with the field, so that it is not only seen. */
function describedBy(help: string | undefined, warning: string | undefined): ReactNode {
  if (warning === undefined) return help
  return (
    <>
      {help}
      <span className="pb-odd">
        <IconAlertTriangle size={14} aria-hidden />
        <span>{warning}</span>
      </span>
    </>
  )
}

/** What the card says of the field; where it says nothing, why the field is closed. */
function helpOf(card: FieldCard, isMade: boolean): string | undefined {
  if (card.help !== undefined) return card.help
  if (card.readOnly) return 'Set by the provider.'
  return card.immutable && isMade ? 'Cannot be changed once it is made.' : undefined
}
