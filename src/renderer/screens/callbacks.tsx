import { Group } from '@mantine/core'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { filterOf, filterQuery } from '../state/callbacks-filter.ts'
import { go, useRoute } from '../state/route.ts'
import { useStores, useValue } from '../state/stores.ts'
import { ClearCallbacks } from './callbacks-clear.tsx'
import { CallbackDetail } from './callback-detail.tsx'
import { CallbackFilters, FollowButton } from './callback-filters.tsx'
import { CallbackImport } from './callback-import.tsx'
import { useCallbackKeys } from './callback-keys.ts'
import { CallbackList } from './callback-list.tsx'
import { CallbackMenu } from './callback-menu.tsx'
import { keptQuery, openIdOf } from './callback-route.ts'
import { ListExport } from './callback-export.tsx'
import { EndpointsPanel } from './endpoints-panel.tsx'
import { ListenerControl } from './listener-control.tsx'
import { ListenerSettingsPanel } from './listener-settings.tsx'
import { RulesPanel } from './rules-panel.tsx'
import { SandboxCall } from './sandbox-call.tsx'
import { SandboxText } from './sandbox-text.tsx'
import { SendSample } from './send-sample.tsx'
import { TargetsPanel } from './targets-panel.tsx'

/** What providers post to this computer, as it comes in. */
export function Callbacks() {
  const stores = useStores()
  const route = useRoute()
  const { query } = route
  const listener = useValue('listener')
  const fault = useStore(stores.callbacks, state => state.fault)
  const openId = openIdOf(route)
  const panel = openId === undefined ? query['panel'] : undefined
  useFollowed(query, openId)
  useCallbackKeys()
  const close = () => go('callbacks', undefined, keptQuery(query))

  return (
    <div className="pb-screen-fill">
      <PageHead
        title="Callbacks"
        about="What providers post here, stored byte for byte before it is answered."
        actions={
          <>
            <ClearCallbacks />
            <SandboxCall />
            <SandboxText />
            <SendSample />
          </>
        }
      />
      {listener && <ListenerControl status={listener} />}
      <FaultAlert fault={fault} />
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <CallbackFilters />
        <FollowButton />
        <CallbackMenu />
      </Group>
      <div className="pb-split pb-wide-panel">
        <CallbackList openId={openId} isListening={listener?.state === 'listening'} />
        {panel === 'endpoints' && <EndpointsPanel onClose={close} />}
        {panel === 'rules' && <RulesPanel endpointId={query['of'] ?? null} onClose={close} />}
        {panel === 'targets' && <TargetsPanel endpointId={query['of']} onClose={close} />}
        {panel === 'settings' && <ListenerSettingsPanel onClose={close} />}
        {openId !== undefined && <CallbackDetail key={openId} id={openId} onClose={close} />}
      </div>
      {openId === undefined && query['do'] === 'export' && <ListExport />}
      {query['do'] === 'import' && <CallbackImport />}
    </div>
  )
}

/** The list shows what the address says, and what it brings counts as seen. */
function useFollowed(query: Record<string, string>, openId: number | undefined) {
  const { callbacks } = useStores()
  // An address that was read again is another object, and says the same.
  const asked = JSON.stringify(filterQuery(query))
  useEffect(() => {
    callbacks.getState().setFilter(filterOf(JSON.parse(asked) as Record<string, string>, Date.now()))
  }, [callbacks, asked])
  useEffect(() => {
    callbacks.getState().look(true)
    return () => callbacks.getState().look(false)
  }, [callbacks])
  useEffect(() => callbacks.getState().open(openId), [callbacks, openId])
}
