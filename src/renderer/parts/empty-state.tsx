import { Group, Stack, Text, Title } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'

type Props = { icon: Icon; title: string; children?: ReactNode; actions?: ReactNode }

/** What stands where there is nothing yet: what would be here and how it gets here. */
export function EmptyState({ icon: IconOf, title, children, actions }: Props) {
  return (
    <Stack align="center" gap="xs" py={56} px="md" m="auto" maw={460} ta="center">
      <IconOf size={34} stroke={1.4} color="var(--pb-accent)" aria-hidden />
      <Title order={2}>{title}</Title>
      <Text size="sm" c="dimmed">
        {children}
      </Text>
      {actions !== undefined && (
        <Group mt="sm" gap="xs" justify="center">
          {actions}
        </Group>
      )}
    </Stack>
  )
}
