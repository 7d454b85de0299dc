import { Button, Group, Input, PasswordInput, Text } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { FieldCard } from '#shared/model/field.ts'
import { useState, type ReactNode } from 'react'

type Props = {
  card: FieldCard
  value: string
  onChange: (value: string) => void
  problem?: string
  help: ReactNode
  /** The version that is in the vault; undefined: none is. */
  keptVersion?: number
}

/** Outside of the component, so that it is called once and not at every key. */
function focusOnceShown(input: HTMLInputElement | null) {
  input?.focus()
}

/** A secret: of the one in the vault only its version is told, and another can take its place. */
export function SecretField({ card, value, onChange, problem, help, keptVersion }: Props) {
  const [isReplacing, setReplacing] = useState(false)
  const isKept = keptVersion !== undefined
  const keep = () => {
    setReplacing(false)
    onChange('')
  }
  if (isKept && !isReplacing && value === '') {
    return (
      <Input.Wrapper label={card.label} description={help} error={problem} labelElement="div">
        <Group gap="sm" mt={4} c="dimmed">
          <IconLock size={15} aria-hidden />
          <Text size="sm">stored (version {keptVersion})</Text>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`Replace ${card.label}`}
            data-wrong={problem !== undefined || undefined}
            onClick={() => setReplacing(true)}
          >
            Replace
          </Button>
        </Group>
      </Input.Wrapper>
    )
  }
  return (
    <div>
      <PasswordInput
        label={card.label}
        description={help}
        error={problem}
        name={card.name}
        required={card.required}
        value={value}
        onChange={event => onChange(event.currentTarget.value)}
        leftSection={<IconLock size={15} aria-hidden />}
        placeholder="Goes to the vault"
        autoComplete="off"
        ref={isReplacing ? focusOnceShown : undefined}
      />
      {isKept && (
        <Button size="compact-sm" variant="subtle" mt={4} onClick={keep}>
          Keep the stored one
        </Button>
      )}
    </div>
  )
}
