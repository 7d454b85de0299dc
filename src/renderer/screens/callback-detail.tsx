import { Skeleton, Stack, Tabs } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { CallbackDetail as Detail } from '#shared/model/callback.ts'
import type { FaultReport } from '#shared/faults.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { fullTime } from '../parts/times.ts'
import { VerdictBadge } from '../parts/verdict-badge.tsx'
import { createResource } from '../state/resource.ts'
import { useRoute } from '../state/route.ts'
import { useClient, useStores } from '../state/stores.ts'
import { useAttempts } from './attempt-reading.ts'
import { CallbackActions } from './callback-actions.tsx'
import { CallbackBody } from './callback-body.tsx'
import { CallbackCompare } from './callback-compare.tsx'
import { CallbackExport } from './callback-export.tsx'
import { CallbackMarks } from './callback-marks.tsx'
import { CallbackHeaders, CallbackMeaning, CallbackRaw } from './callback-request.tsx'
import { CallbackSignature } from './callback-signature.tsx'
import { CallbackTimeline } from './callback-timeline.tsx'
import { callbackTitle } from './callback-title.ts'
import { ReplayDialog } from './replay-dialog.tsx'

/** One callback: what it says, exactly what came, and what became of it. */
export function CallbackDetail({ id, onClose }: { id: number; onClose: () => void }) {
  const { detail, fault } = useDetail(id)
  const { query } = useRoute()
  const attempts = useAttempts(id)
  const title = detail ? callbackTitle(detail) : `Callback ${id}`
  const compared = Number(query['compare'] ?? Number.NaN)
  return (
    <SidePanel
      title={title}
      under={detail && `Number ${id}, ${fullTime(detail.receivedMs)}, from ${detail.remoteAddress}`}
      badge={detail && <VerdictBadge verdict={detail.verdict} text={detail.verdictText} />}
      onClose={onClose}
      foot={detail && <CallbackActions detail={detail} />}
    >
      <FaultAlert fault={fault} />
      {!detail && !fault && <Skeleton height={220} />}
      {Number.isInteger(compared) && <CallbackCompare fromId={compared} toId={id} />}
      {detail && (
        <Stack gap="md">
          <CallbackSignature detail={detail} />
          <CallbackMarks item={detail} isEditing={query['do'] === 'note'} />
          <Tabs defaultValue={detail.decoded ? 'meaning' : 'body'} keepMounted={false}>
            <Tabs.List mb="md">
              {detail.decoded && <Tabs.Tab value="meaning">Meaning</Tabs.Tab>}
              <Tabs.Tab value="body">Body</Tabs.Tab>
              <Tabs.Tab value="headers">Headers</Tabs.Tab>
              <Tabs.Tab value="raw">Raw</Tabs.Tab>
              <Tabs.Tab value="timeline">Timeline</Tabs.Tab>
            </Tabs.List>
            {detail.decoded && (
              <Tabs.Panel value="meaning">
                <CallbackMeaning decoded={detail.decoded} />
              </Tabs.Panel>
            )}
            <Tabs.Panel value="body">
              <CallbackBody detail={detail} />
            </Tabs.Panel>
            <Tabs.Panel value="headers">
              <CallbackHeaders detail={detail} />
            </Tabs.Panel>
            <Tabs.Panel value="raw">
              <CallbackRaw detail={detail} />
            </Tabs.Panel>
            <Tabs.Panel value="timeline">
              <CallbackTimeline detail={detail} attempts={attempts} />
            </Tabs.Panel>
          </Tabs>
        </Stack>
      )}
      {detail && query['do'] === 'replay' && <ReplayDialog detail={detail} onSent={attempts.reload} />}
      {detail && query['do'] === 'export' && <CallbackExport ids={[id]} />}
    </SidePanel>
  )
}

type Read = { detail: Detail | undefined; fault: FaultReport | undefined }

/** What was stored; with it what the list knows by now. It is read again once it was looked at, which comes after the answer. */
function useDetail(id: number): Read {
  const client = useClient()
  const item = useStore(useStores().callbacks, state => (state.opened?.id === id ? state.opened : undefined))
  const [store] = useState(() => createResource(() => client.callbacks.get({ id })))
  const { value, fault, reload } = useStore(store)
  const isLookedAt = item !== undefined && item.verdict !== null
  const isBehind = value?.verdict === null && isLookedAt
  useEffect(() => {
    if (!value || isBehind) void reload()
  }, [reload, isBehind, value])
  if (!value) return { detail: undefined, fault }
  return { detail: isLookedAt || value.verdict === null ? { ...value, ...item } : value, fault: undefined }
}
