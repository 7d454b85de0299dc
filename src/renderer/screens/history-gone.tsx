import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { GoneProfile } from '#shared/model/history.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { hrefOf } from '../state/route.ts'
import { useValue } from '../state/stores.ts'
import { useHistorySteps } from './use-history-steps.ts'

const atFirst = 5

/** Profiles that are no longer here: each has its history still, and can be made again from it. */
export function HistoryGone({ gone }: { gone: GoneProfile[] }) {
  const [isWhole, setWhole] = useState(false)
  if (gone.length === 0) return null
  const shown = isWhole ? gone : gone.slice(0, atFirst)
  return (
    <section aria-labelledby="history-gone">
      <Title order={3} id="history-gone" mb="xs">
        No longer here
      </Title>
      <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {shown.map(one => (
          <GoneItem key={one.profileId} gone={one} />
        ))}
      </Stack>
      {gone.length > shown.length && (
        <Button size="compact-sm" variant="subtle" mt={6} onClick={() => setWhole(true)}>
          Show all {gone.length}
        </Button>
      )}
    </section>
  )
}

function GoneItem({ gone }: { gone: GoneProfile }) {
  const { profileId, accountId, title, goneMs, restoreTo } = gone
  const account = useValue('accounts')?.find(known => known.id === accountId)
  const { busy, fault, restore } = useHistorySteps()
  return (
    <li className="pb-card" style={{ padding: '8px 16px' }} aria-label={title}>
      <Group gap="sm" wrap="wrap">
        <Anchor
          href={hrefOf('history', profileId)}
          size="sm"
          fw={600}
          c="inherit"
          className="pb-break"
          flex="1 1 160px"
        >
          {title}
        </Anchor>
        <Text size="xs" c="dimmed">
          {account?.label ?? 'Its account was removed'}, <TimeAgo atMs={goneMs} />
        </Text>
        {account && restoreTo !== null && (
          <Button
            size="compact-xs"
            variant="default"
            loading={busy}
            aria-label={`Restore ${title}`}
            onClick={() => void restore(profileId, restoreTo, title)}
          >
            Restore
          </Button>
        )}
      </Group>
      <FaultAlert fault={fault} />
    </li>
  )
}
