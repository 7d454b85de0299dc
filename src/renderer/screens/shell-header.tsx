import { ActionIcon, Burger, Group, Kbd, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { IconDeviceDesktop, IconMoon, IconSearch, IconSun } from '@tabler/icons-react'
import { ListenerChip } from '../parts/listener-chip.tsx'
import { useValue } from '../state/stores.ts'
import { ConflictChip, RunChip } from './shell-chips.tsx'
import { VaultChip } from './vault-unlock.tsx'

type Props = { isNavOpen: boolean; onToggleNav: () => void; onFind: () => void }

export function ShellHeader({ isNavOpen, onToggleNav, onFind }: Props) {
  const info = useValue('info')
  const listener = useValue('listener')
  const keys = useOs()
  return (
    <Group h="100%" px={20} gap="xs" wrap="nowrap">
      <Burger
        opened={isNavOpen}
        onClick={onToggleNav}
        size="xs"
        hiddenFrom="sm"
        aria-label={isNavOpen ? 'Close the navigation' : 'Open the navigation'}
      />
      <button type="button" className="pb-chip" onClick={onFind} aria-label="Find" aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={15} aria-hidden />
        <span>Find</span>
        <Kbd size="xs" visibleFrom="md">
          {keys === 'macos' ? '⌘' : 'Ctrl'} K
        </Kbd>
      </button>
      <Group gap="xs" ml="auto" wrap="nowrap" miw={0}>
        <RunChip />
        <ConflictChip />
        {listener && <ListenerChip status={listener} />}
        {info && <VaultChip info={info} />}
        <SchemeMenu />
      </Group>
    </Group>
  )
}

const schemes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'Same as the system', icon: IconDeviceDesktop }
] as const

function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const IconOf = schemes.find(scheme => scheme.value === colorScheme)?.icon ?? IconSun
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Tooltip label="Colour scheme">
          <ActionIcon aria-label="Colour scheme" size="lg">
            <IconOf size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {schemes.map(({ value, label, icon: Symbol }) => (
          <Menu.Item
            key={value}
            leftSection={<Symbol size={16} aria-hidden />}
            onClick={() => setColorScheme(value)}
            aria-current={value === colorScheme || undefined}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
