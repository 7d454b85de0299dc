import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { HeaderPair } from '#shared/model/callback.ts'

type Props = {
  pairs: HeaderPair[]
  onChange: (pairs: HeaderPair[]) => void
  label: string
  about?: string
  /** What one of them is: "header". */
  one: string
}

/** Names with values, in an order that is kept. */
export function PairInput({ pairs, onChange, label, about, one }: Props) {
  const put = (at: number, pair: HeaderPair) => onChange(pairs.with(at, pair))
  return (
    <fieldset className="pb-bare">
      <legend className="pb-label">{label}</legend>
      {about !== undefined && (
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      )}
      <Stack gap={6} mt={4}>
        {pairs.map(([name, value], at) => (
          // The same name may stand twice: only its place tells them apart.
          <Group key={at} gap={6} wrap="nowrap">
            <TextInput
              size="xs"
              aria-label={`Name of ${one} ${at + 1}`}
              value={name}
              onChange={event => put(at, [event.currentTarget.value, value])}
              flex="0 1 40%"
              className="pb-mono"
            />
            <TextInput
              size="xs"
              aria-label={`Value of ${one} ${at + 1}`}
              value={value}
              onChange={event => put(at, [name, event.currentTarget.value])}
              flex={1}
              className="pb-mono"
            />
            <ActionIcon
              size="sm"
              aria-label={`Remove ${one} ${at + 1}`}
              onClick={() => onChange(pairs.toSpliced(at, 1))}
            >
              <IconTrash size={15} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <div>
          <Button
            size="compact-xs"
            variant="subtle"
            leftSection={<IconPlus size={13} aria-hidden />}
            onClick={() => onChange([...pairs, ['', '']])}
          >
            Add a {one}
          </Button>
        </div>
      </Stack>
    </fieldset>
  )
}
