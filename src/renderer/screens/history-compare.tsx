import { Group, Select, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { HistoryEntry } from '#shared/model/history.ts'
import type { SettingChange } from '#shared/model/plan.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { FieldDiff } from '../parts/field-diff.tsx'
import { fullTime } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { kindOf, providerOf } from '../state/lookups.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { historyMarks } from './history-marks.ts'

/** The end that has no entry: before everything, or now. */
const open = '-'

/** What differs between any two points of one profile's history. in: its entries, newest first. */
export function HistoryCompare({ profileId, entries }: { profileId: string; entries: HistoryEntry[] }) {
  const client = useClient()
  const { history } = useStores()
  const { fault, perform } = useAction()
  const [from, setFrom] = useState(entries.at(1)?.id ?? open)
  const [to, setTo] = useState(open)
  const [settings, setSettings] = useState<SettingChange[]>()
  const newest = entries[0]
  const account = useValue('accounts')?.find(known => known.id === newest?.accountId)
  const kind = kindOf(providerOf(useValue('providers'), account), newest?.kind ?? '')
  const points = entries.map(({ id, atMs, what }) => ({
    value: id,
    label: `${fullTime(atMs)}, ${historyMarks[what].label.toLowerCase()}`
  }))

  useEffect(() => {
    let isWanted = true
    const span = { profileId, from: from === open ? null : from, to: to === open ? null : to }
    const read = async () => {
      const found = await perform(() => client.history.diff(span))
      if (isWanted) setSettings(found?.settings)
    }
    void read()
    // What is now is something else after another entry.
    const stop = history.subscribe(() => void read())
    return () => {
      isWanted = false
      stop()
    }
  }, [client, history, perform, profileId, from, to])

  const after = entries.find(({ id }) => id === to) ?? newest
  return (
    <section className="pb-card" style={{ padding: 16 }} aria-label="Compare">
      <Title order={3} mb="xs">
        Compare two points
      </Title>
      <Group gap="sm" mb="sm" wrap="wrap" grow>
        <Select
          label="From"
          data={[...points, { value: open, label: 'Before everything' }]}
          value={from}
          onChange={chosen => chosen !== null && setFrom(chosen)}
          allowDeselect={false}
        />
        <Select
          label="To"
          data={[{ value: open, label: 'Now' }, ...points]}
          value={to}
          onChange={chosen => chosen !== null && setTo(chosen)}
          allowDeselect={false}
        />
      </Group>
      <FaultAlert fault={fault} />
      {settings?.length === 0 && (
        <Text size="sm" c="dimmed" component="output">
          No difference between the two.
        </Text>
      )}
      {settings && settings.length > 0 && (
        <FieldDiff changes={settings} form={kind?.form} others={after?.after ?? null} />
      )}
    </section>
  )
}
