import { Button, Menu, Text } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { policy, type Policy } from '#shared/model/profile.ts'

/** What a change at the provider means, in words. */
export const policyWords: Record<Policy, { label: string; about: string }> = {
  managed: { label: 'Ask me', about: 'A change there waits until somebody chooses.' },
  follow: { label: 'Follow the provider', about: 'A change there is taken over here.' },
  ignore: { label: 'Ignore', about: 'It may differ there; nobody is asked.' }
}

type Props = { label: string; value: Policy; busy: boolean; onChoose: (policy: Policy) => void }

/** Chooses what is to happen when somebody changes a setting at the provider. */
export function PolicyMenu({ label, value, busy, onChoose }: Props) {
  const words = policyWords[value].label
  return (
    <Menu position="bottom-start" shadow="md" width={270}>
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          disabled={busy}
          rightSection={<IconChevronDown size={14} aria-hidden />}
          aria-label={`When ${label} changes there: ${words}`}
        >
          When it changes there: {words}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {policy.options.map(option => (
          <Menu.Item key={option} onClick={() => onChoose(option)} aria-current={option === value || undefined}>
            <Text size="sm" fw={option === value ? 650 : 450}>
              {policyWords[option].label}
            </Text>
            <Text size="xs" c="dimmed">
              {policyWords[option].about}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
