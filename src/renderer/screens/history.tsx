import { Select, Stack } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { HistoryEntry } from '#shared/model/history.ts'
import { outcomeOf } from '../api/client.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { go, useRoute } from '../state/route.ts'
import { useClient, useReadFault, useStores, useValue } from '../state/stores.ts'
import { HistoryCompare } from './history-compare.tsx'
import { HistoryGone } from './history-gone.tsx'
import { HistoryItem } from './history-item.tsx'

/** Every edit and every applied change, newest first; each can be gone back to, and any two of a profile be compared. */
export function History() {
  const { id } = useRoute()
  const entries = useValue('history')
  const fault = useReadFault('history')
  const own = useWholeHistory(id)
  const shown = id === undefined ? (entries ?? []) : own
  const gone = (useValue('gone') ?? []).filter(({ profileId }) => id === undefined || profileId === id)
  const seen = new Set<string>()

  return (
    <Stack gap="md" maw={900}>
      <PageHead
        title="History"
        about="Going back makes a new edit here; nothing is sent until a plan is applied."
        actions={<ProfileChoice entries={[...own, ...(entries ?? [])]} chosen={id} />}
      />
      <FaultAlert fault={fault} />
      {entries && shown.length === 0 && (
        <EmptyState icon={IconHistory} title="No history yet">
          Edits made here and changes seen at the provider are listed here.
        </EmptyState>
      )}
      <HistoryGone gone={gone} />
      {id !== undefined && shown.length > 0 && <HistoryCompare key={id} profileId={id} entries={shown} />}
      <Stack
        gap="xs"
        component="ol"
        className="pb-cards"
        m={0}
        p={0}
        style={{ listStyle: 'none' }}
        aria-label="History"
      >
        {shown.map(entry => {
          const isNewest = !seen.has(entry.profileId)
          seen.add(entry.profileId)
          return <HistoryItem key={entry.id} entry={entry} isNewest={isNewest} />
        })}
      </Stack>
    </Stack>
  )
}

/** All that is known of one profile, further back than the list of all; read again with it. */
function useWholeHistory(profileId: string | undefined): HistoryEntry[] {
  const client = useClient()
  const { history } = useStores()
  const [whole, setWhole] = useState<HistoryEntry[]>([])
  useEffect(() => {
    if (profileId === undefined) return
    let isWanted = true
    const read = async () => {
      const outcome = await outcomeOf(client.history.list({ profileId, limit: 1000 }))
      if (isWanted && outcome.ok) setWhole(outcome.value)
    }
    void read()
    const stop = history.subscribe(() => void read())
    return () => {
      isWanted = false
      stop()
    }
  }, [client, history, profileId])
  return whole.filter(entry => entry.profileId === profileId)
}

function ProfileChoice({ entries, chosen }: { entries: HistoryEntry[]; chosen: string | undefined }) {
  const gone = useValue('gone') ?? []
  const goneIds = new Set(gone.map(({ profileId }) => profileId))
  // The first one seen is the newest: its title is the last.
  const titles = new Map([...gone, ...entries.toReversed()].map(({ profileId, title }) => [profileId, title]))
  if (titles.size < 2 && chosen === undefined) return null
  const groups = Object.groupBy(
    [...titles].map(([value, label]) => ({ value, label })),
    ({ value }) => (goneIds.has(value) ? 'gone' : 'here')
  )
  return (
    <Select
      aria-label="Profile"
      placeholder="All profiles"
      data={[
        { group: 'Profiles', items: groups.here ?? [] },
        { group: 'No longer here', items: groups.gone ?? [] }
      ]}
      value={chosen ?? null}
      onChange={id => go('history', id ?? undefined)}
      searchable
      clearable
      w={230}
    />
  )
}
