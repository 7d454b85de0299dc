import { Group, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { go, useRoute } from '../state/route.ts'
import { useStores, useValue } from '../state/stores.ts'
import { ClearCallbacks } from './callbacks-clear.tsx'
import { CallbackDetail } from './callback-detail.tsx'
import { CallbackList } from './callback-list.tsx'
import { EndpointsPanel } from './endpoints-panel.tsx'
import { ListenerControl } from './listener-control.tsx'
import { SandboxCall } from './sandbox-call.tsx'
import { SandboxText } from './sandbox-text.tsx'
import { SendSample } from './send-sample.tsx'

/** What providers post to this computer, as it comes in. */
export function Callbacks() {
  const stores = useStores()
  const { id, query } = useRoute()
  const listener = useValue('listener')
  const fault = useStore(stores.callbacks, state => state.fault)
  const unseen = useStore(stores.callbacks, state => state.unseen)
  const markSeen = useStore(stores.callbacks, state => state.markSeen)
  useEffect(() => {
    if (unseen > 0) markSeen()
  }, [markSeen, unseen])
  const openId = id !== undefined && /^\d+$/.test(id) ? Number(id) : undefined
  const close = () => go('callbacks')

  return (
    <div className="pb-screen-fill">
      <PageHead
        title="Callbacks"
        about="What providers post to this computer: stored byte for byte before it is answered."
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
      <Group gap="xs">
        <Search />
      </Group>
      <div className="pb-split">
        <CallbackList openId={openId} isListening={listener?.state === 'listening'} />
        {query['endpoints'] !== undefined && <EndpointsPanel onClose={close} />}
        {openId !== undefined && <CallbackDetail key={openId} id={openId} onClose={close} />}
      </div>
    </div>
  )
}

function Search() {
  const callbacks = useStores().callbacks
  const [text, setText] = useState(() => callbacks.getState().search)
  const search = useDebouncedCallback((words: string) => callbacks.getState().setSearch(words), 200)
  return (
    <TextInput
      aria-label="Search callbacks"
      placeholder="Search in headers and bodies"
      leftSection={<IconSearch size={15} aria-hidden />}
      value={text}
      onChange={event => {
        setText(event.currentTarget.value)
        search(event.currentTarget.value)
      }}
      w={280}
    />
  )
}
