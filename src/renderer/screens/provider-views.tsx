import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconChevronDown, IconChevronRight, IconRefresh } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { ViewCard, ViewTable } from '#shared/model/provider.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { TableView } from '../parts/table-view.tsx'
import { useAction } from '../state/action.ts'
import { useClient } from '../state/stores.ts'

type Props = { accountId: string; views: ViewCard[]; profileId?: string }

/** What can be looked at and not changed, each read when it is opened. */
export function ProviderViews({ accountId, views, profileId }: Props) {
  if (views.length === 0) return null
  return (
    <section aria-label="At the provider">
      <Title order={3} mb={4}>
        At the provider
      </Title>
      <Text size="xs" c="dimmed" mb="xs">
        Read when opened, and only to be looked at.
      </Text>
      <Stack gap="xs">
        {views.map(view => (
          <OneView key={view.id} accountId={accountId} view={view} profileId={profileId} />
        ))}
      </Stack>
    </section>
  )
}

function OneView({ accountId, view, profileId }: { accountId: string; view: ViewCard; profileId?: string }) {
  const client = useClient()
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const [table, setTable] = useState<ViewTable>()
  const reading = useAction()
  const IconOf = isOpen ? IconChevronDown : IconChevronRight

  const read = async () => {
    const found = await reading.perform(() => client.accounts.view({ id: accountId, view: view.id, profileId }))
    if (found) setTable(found)
  }
  const toggle = () => {
    setOpen(!isOpen)
    if (!isOpen) void read()
  }
  return (
    <div>
      <Group justify="space-between">
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconOf size={15} aria-hidden />}
          aria-expanded={isOpen}
          aria-controls={id}
          loading={reading.busy && !table}
          onClick={toggle}
        >
          {view.label}
        </Button>
        {isOpen && (table || reading.fault) && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconRefresh size={14} aria-hidden />}
            aria-label={`Read ${view.label} again`}
            loading={reading.busy}
            onClick={() => void read()}
          >
            Read again
          </Button>
        )}
      </Group>
      <div id={id} hidden={!isOpen}>
        <Text size="xs" c="dimmed" my={6}>
          {view.help}
        </Text>
        <FaultAlert fault={reading.fault} />
        {table && !reading.fault && <TableView label={view.label} table={table} />}
      </div>
    </div>
  )
}
