import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconArrowsDiff, IconEqual } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { CallbackDiff } from '#shared/model/lab.ts'
import { outcomeOf, type Outcome } from '../api/client.ts'
import { DiffLine } from '../parts/diff-line.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { useClient } from '../state/stores.ts'
import { goOn } from './callback-route.ts'

type Difference = CallbackDiff['differences'][number]

const partWords: Record<Difference['part'], string> = {
  method: 'Method',
  target: 'Address',
  query: 'Parameters in the address',
  header: 'Headers',
  trailer: 'Trailers',
  body: 'Body',
  field: 'Fields',
  json: 'Values in the JSON'
}

/** What is different between two callbacks; until the second one is chosen, how to choose it. */
export function CallbackCompare({ fromId, toId }: { fromId: number; toId: number }) {
  const end = (
    <Button size="compact-xs" variant="default" onClick={() => goOn({ query: { compare: undefined } })}>
      End
    </Button>
  )
  if (fromId === toId) {
    return (
      <div style={{ marginBottom: 14 }}>
        <Note tone="blue" icon={IconArrowsDiff} title="Choose the other one in the list" aside={end} isNews>
          With the mouse, or with the keys j and k. Its differences from this one are shown here.
        </Note>
      </div>
    )
  }
  return (
    <section aria-label={`Differences from number ${fromId}`} style={{ marginBottom: 18 }}>
      <Group justify="space-between" mb="xs">
        <Title order={3}>
          What changed from number {fromId} (−) to number {toId} (+)
        </Title>
        {end}
      </Group>
      <Differences fromId={fromId} toId={toId} />
    </section>
  )
}

function Differences({ fromId, toId }: { fromId: number; toId: number }) {
  const outcome = useDiff(fromId, toId)
  if (!outcome) return <Skeleton height={120} />
  if (!outcome.ok) return <FaultAlert fault={outcome.fault} />
  const { differences, sameBody } = outcome.value
  const parts = [...Map.groupBy(differences, difference => difference.part)]
  return (
    <Stack gap="md">
      {differences.length === 0 && (
        <Note tone="green" icon={IconEqual} title="They say the same.">
          Only the times and the connection differ.
        </Note>
      )}
      {parts.map(([part, those]) => (
        <div key={part}>
          <Text size="sm" fw={600} mb={4}>
            {partWords[part]}
          </Text>
          <dl className="pb-diff">
            {those.map((difference, index) => (
              // A header may differ at more than one place.
              <DiffEntry key={index} difference={difference} />
            ))}
          </dl>
        </div>
      ))}
      {differences.length > 0 && (
        <Text size="xs" c="dimmed">
          {sameBody ? 'The bodies are the same, byte for byte.' : 'The bodies are not the same.'}
        </Text>
      )}
    </Stack>
  )
}

function DiffEntry({ difference: { name, from, to } }: { difference: Difference }) {
  return (
    <>
      <dt className="pb-mono pb-break">{name}</dt>
      <dd>
        {from !== null && <DiffLine sign="−" word="was" tone="red" text={from === '' ? '(empty)' : from} />}
        {to !== null && <DiffLine sign="+" word="is" tone="green" text={to === '' ? '(empty)' : to} />}
        {from === null && <Text size="xs">Only in the second</Text>}
        {to === null && <Text size="xs">Only in the first</Text>}
      </dd>
    </>
  )
}

function useDiff(from: number, to: number): Outcome<CallbackDiff> | undefined {
  const client = useClient()
  const [got, setGot] = useState<{ from: number; to: number; outcome: Outcome<CallbackDiff> }>()
  useEffect(() => {
    let isCurrent = true
    const read = async () => {
      const outcome = await outcomeOf(client.callbacks.diff({ from, to }))
      if (isCurrent) setGot({ from, to, outcome })
    }
    void read()
    return () => {
      isCurrent = false
    }
  }, [client, from, to])
  return got?.from === from && got.to === to ? got.outcome : undefined
}
