import { Button, Menu } from '@mantine/core'
import {
  IconAdjustmentsHorizontal,
  IconChevronDown,
  IconDownload,
  IconLink,
  IconRoute,
  IconSettings,
  IconUpload,
  IconWand
} from '@tabler/icons-react'
import { goOn, openDialog } from './callback-route.ts'

/** Everything around the list that is not looked at all the time. */
export function CallbackMenu() {
  return (
    <Menu position="bottom-end" shadow="md" width={290}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={15} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          Set up
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconWand size={15} aria-hidden />}
          onClick={() => goOn({ id: null, query: { panel: 'rules' } })}
        >
          Rules: what senders get
        </Menu.Item>
        <Menu.Item
          leftSection={<IconRoute size={15} aria-hidden />}
          onClick={() => goOn({ id: null, query: { panel: 'targets' } })}
        >
          Targets: where they are sent on to
        </Menu.Item>
        <Menu.Item
          leftSection={<IconLink size={15} aria-hidden />}
          onClick={() => goOn({ id: null, query: { panel: 'endpoints' } })}
        >
          Endpoints: addresses and keys
        </Menu.Item>
        <Menu.Item
          leftSection={<IconSettings size={15} aria-hidden />}
          onClick={() => goOn({ id: null, query: { panel: 'settings' } })}
        >
          Listener settings
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconUpload size={15} aria-hidden />} onClick={() => openDialog('import')}>
          Import a HAR file
        </Menu.Item>
        <Menu.Item
          leftSection={<IconDownload size={15} aria-hidden />}
          onClick={() => goOn({ id: null, query: { do: 'export' } })}
        >
          Export what is listed
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
