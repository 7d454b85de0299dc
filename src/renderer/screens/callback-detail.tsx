import { Group, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { CallbackDetail as Detail, CallbackSummary } from '#shared/model/callback.ts'
import type { FaultReport } from '#shared/faults.ts'
import { outcomeOf, type Outcome } from '../api/client.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { fullTime, sizeText } from '../parts/times.ts'
import { VerdictBadge } from '../parts/verdict-badge.tsx'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { CallbackBody } from './callback-body.tsx'
import { callbackTitle } from './callback-list.tsx'

const origins: Record<CallbackSummary['origin'], string> = {
  network: 'Came over the network',
  simulate: 'A sample that was sent from here',
  replay: 'Sent again from here'
}

/** One callback: what it says, and exactly what came. */
export function CallbackDetail({ id, onClose }: { id: number; onClose: () => void }) {
  const { detail, fault } = useDetail(id)
  const title = detail ? callbackTitle(detail) : `Callback ${id}`
  return (
    <SidePanel
      title={title}
      under={detail && `${fullTime(detail.receivedMs)}, from ${detail.remoteAddress}`}
      badge={detail && <VerdictBadge verdict={detail.verdict} text={detail.verdictText} />}
      onClose={onClose}
    >
      <FaultAlert fault={fault} />
      {!detail && !fault && <Skeleton height={220} />}
      {detail && (
        <Stack gap="md">
          <Tabs defaultValue={detail.decoded ? 'meaning' : 'body'} keepMounted={false}>
            <Tabs.List mb="md">
              {detail.decoded && <Tabs.Tab value="meaning">Meaning</Tabs.Tab>}
              <Tabs.Tab value="body">Body</Tabs.Tab>
              <Tabs.Tab value="headers">Headers</Tabs.Tab>
              <Tabs.Tab value="request">Request</Tabs.Tab>
            </Tabs.List>
            {detail.decoded && (
              <Tabs.Panel value="meaning">
                <Meaning decoded={detail.decoded} />
              </Tabs.Panel>
            )}
            <Tabs.Panel value="body">
              <CallbackBody detail={detail} />
            </Tabs.Panel>
            <Tabs.Panel value="headers">
              <Headers detail={detail} />
            </Tabs.Panel>
            <Tabs.Panel value="request">
              <Request detail={detail} />
            </Tabs.Panel>
          </Tabs>
        </Stack>
      )}
    </SidePanel>
  )
}

/** What was stored, read once; with it what the list knows by now, since the look comes after the answer. */
function useDetail(id: number): { detail: Detail | undefined; fault: FaultReport | undefined } {
  const client = useClient()
  const item = useStore(useStores().callbacks, state => state.items.find(known => known.id === id))
  const [outcome, setOutcome] = useState<Outcome<Detail>>()
  useEffect(() => {
    let isCurrent = true
    const read = async () => {
      const got = await outcomeOf(client.callbacks.get({ id }))
      if (isCurrent) setOutcome(got)
    }
    void read()
    return () => {
      isCurrent = false
    }
  }, [client, id])
  if (!outcome?.ok) return { detail: undefined, fault: outcome?.fault }
  return { detail: { ...outcome.value, ...item }, fault: undefined }
}

function Meaning({ decoded }: { decoded: NonNullable<Detail['decoded']> }) {
  return (
    <dl className="pb-facts">
      {decoded.fields.map(field => (
        <div key={field.name} style={{ display: 'contents' }}>
          <dt title={field.help}>
            {field.label}
            {field.label !== field.name && (
              <Text size="xs" c="dimmed" className="pb-mono">
                {field.name}
              </Text>
            )}
          </dt>
          <dd>{field.value === '' ? '(empty)' : field.value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Headers({ detail }: { detail: Detail }) {
  const pairs = [...detail.headers, ...detail.trailers]
  return (
    <>
      <Group gap={6} mb="xs">
        <Text size="xs" c="dimmed">
          In the order and the case in which they came.
        </Text>
        <CopyButton value={pairs.map(pair => pair.join(': ')).join('\n')} what="the headers" />
      </Group>
      <dl className="pb-facts pb-mono">
        {pairs.map(([name, value], index) => (
          // The same header may come twice: only its place names it.
          <div key={index} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function Request({ detail }: { detail: Detail }) {
  const endpoint = useValue('endpoints')?.find(known => known.id === detail.endpointId)
  return (
    <Stack gap="md">
      <dl className="pb-facts">
        <dt>Request</dt>
        <dd className="pb-mono">
          {detail.method} {detail.target} HTTP/{detail.httpVersion.replace(/^HTTP\//, '')}
        </dd>
        <dt>Endpoint</dt>
        <dd>{endpoint?.label ?? 'None: the path belongs to no endpoint'}</dd>
        <dt>Origin</dt>
        <dd>{origins[detail.origin]}</dd>
        <dt>Body</dt>
        <dd>
          {sizeText(detail.bodyBytes)}
          {detail.truncated && ', cut off at the limit'}
        </dd>
        <dt>Answered with</dt>
        <dd className="pb-mono">{detail.answerStatus}</dd>
      </dl>
      <div>
        <Title order={3} mb={4}>
          Signature
        </Title>
        <Text size="sm">{detail.verdictText ?? 'It is being checked.'}</Text>
      </div>
    </Stack>
  )
}
