import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

type Props = { title: string; about?: ReactNode; actions?: ReactNode }

export function PageHead({ title, about, actions }: Props) {
  return (
    <Group justify="space-between" align="flex-start" gap="md" wrap="wrap">
      <div style={{ minWidth: 0, flex: '1 1 300px' }}>
        <Title order={1}>{title}</Title>
        {about !== undefined && (
          <Text size="sm" c="dimmed" mt={2}>
            {about}
          </Text>
        )}
      </div>
      <Group gap="xs">{actions}</Group>
    </Group>
  )
}
