import { Select, Stack } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { EmptyState } from '../parts/empty-state.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { go, useRoute } from '../state/route.ts'
import { useReadFault, useValue } from '../state/stores.ts'
import { HistoryItem } from './history-item.tsx'

/** Every edit and every applied change, newest first; each can be gone back to. */
export function History() {
  const { id } = useRoute()
  const entries = useValue('history')
  const fault = useReadFault('history')
  const shown = (entries ?? []).filter(entry => id === undefined || entry.profileId === id)
  const profiles = new Map(entries?.map(entry => [entry.profileId, entry.title]))

  return (
    <Stack gap="md" maw={900}>
      <PageHead
        title="History"
        about="Going back makes a new edit here; nothing is sent until a plan is applied."
        actions={
          profiles.size > 1 && (
            <Select
              aria-label="Profile"
              placeholder="All profiles"
              data={[...profiles].map(([value, label]) => ({ value, label }))}
              value={id ?? null}
              onChange={chosen => go('history', chosen ?? undefined)}
              searchable
              clearable
              w={230}
            />
          )
        }
      />
      <FaultAlert fault={fault} />
      {entries && shown.length === 0 && (
        <EmptyState icon={IconHistory} title="No history yet">
          Edits made here and changes seen at the provider are listed here.
        </EmptyState>
      )}
      <Stack
        gap="xs"
        component="ol"
        className="pb-cards"
        m={0}
        p={0}
        style={{ listStyle: 'none' }}
        aria-label="History"
      >
        {shown.map(entry => (
          <HistoryItem key={entry.id} entry={entry} />
        ))}
      </Stack>
    </Stack>
  )
}
