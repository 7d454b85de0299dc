import { Burger, Group, Stack, Text, VisuallyHidden } from '@mantine/core'
import {
  IconAdjustments,
  IconBuildingStore,
  IconHistory,
  IconListCheck,
  IconPhoneIncoming,
  IconSettings,
  type Icon
} from '@tabler/icons-react'
import { useStore } from 'zustand'
import { BrandMark } from '../parts/brand-mark.tsx'
import { counted } from '../parts/times.ts'
import { conflictsIn, isPending, needsPerson } from '../state/lookups.ts'
import { hrefOf, useRoute, type Screen } from '../state/route.ts'
import { useStores, useValue } from '../state/stores.ts'

type Count = { value: number; tone: 'plain' | 'live' | 'ask'; about: string }

const links: readonly { screen: Screen; label: string; icon: Icon }[] = [
  { screen: 'accounts', label: 'Accounts', icon: IconBuildingStore },
  { screen: 'profiles', label: 'Profiles', icon: IconAdjustments },
  { screen: 'plan', label: 'Plan', icon: IconListCheck },
  { screen: 'callbacks', label: 'Callbacks', icon: IconPhoneIncoming },
  { screen: 'history', label: 'History', icon: IconHistory },
  { screen: 'settings', label: 'Settings', icon: IconSettings }
]

export function ShellNav({ onClose }: { onClose: () => void }) {
  const { screen } = useRoute()
  const counts = useCounts()
  const version = useValue('info')?.version
  return (
    <Stack h="100%" gap={0} p="sm">
      <Group justify="space-between" h={32} px={8} mb="md" wrap="nowrap">
        <Group gap={9} wrap="nowrap">
          <BrandMark />
          <Text fw={700} size="md" style={{ letterSpacing: '-0.01em' }}>
            Plugboard
          </Text>
        </Group>
        <Burger opened onClick={onClose} size="xs" hiddenFrom="sm" aria-label="Close the navigation" />
      </Group>
      <nav aria-label="Main">
        <Stack gap={2}>
          {links.map(({ screen: target, label, icon: IconOf }) => {
            const count = counts[target]
            return (
              <a
                key={target}
                className="pb-nav-link"
                href={hrefOf(target)}
                onClick={onClose}
                aria-label={label}
                aria-describedby={count && `nav-${target}-count`}
                aria-current={screen === target ? 'page' : undefined}
              >
                <IconOf size={18} stroke={1.7} aria-hidden />
                {label}
                {count && (
                  <span className="pb-nav-count" data-tone={count.tone} title={count.about}>
                    <span aria-hidden>{count.value}</span>
                    <VisuallyHidden id={`nav-${target}-count`}>{count.about}</VisuallyHidden>
                  </span>
                )}
              </a>
            )
          })}
        </Stack>
      </nav>
      <Text size="xs" c="dimmed" px={10} mt="auto">
        {version === undefined ? '' : `Version ${version}`}
      </Text>
    </Stack>
  )
}

function useCounts(): Partial<Record<Screen, Count>> {
  const profiles = useValue('profiles') ?? []
  const parked = (useValue('accounts') ?? []).filter(account => account.state === 'parked').length
  const unseen = useStore(useStores().callbacks, state => state.unseen)
  const pending = profiles.filter(isPending).length
  const asking = profiles.filter(needsPerson).length
  const conflicts = profiles.flatMap(conflictsIn).length
  return {
    ...(parked > 0 && {
      accounts: {
        value: parked,
        tone: 'ask',
        about: `${counted(parked, 'account needs', 'accounts need')} its credentials again`
      }
    }),
    ...(asking > 0 && {
      profiles: {
        value: asking,
        tone: 'ask',
        about: `${counted(asking, 'profile waits', 'profiles wait')} for a decision${conflicts > 0 ? `, with ${counted(conflicts, 'conflict')}` : ''}`
      }
    }),
    ...(pending > 0 && { plan: { value: pending, tone: 'plain', about: counted(pending, 'pending change') } }),
    ...(unseen > 0 && { callbacks: { value: unseen, tone: 'live', about: counted(unseen, 'new callback') } })
  }
}
