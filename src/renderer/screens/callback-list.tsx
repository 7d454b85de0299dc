import { Button, Skeleton } from '@mantine/core'
import { IconArrowUp, IconBroadcastOff, IconPhoneIncoming, IconSearchOff } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useRef, type PointerEvent, type RefObject } from 'react'
import { useStore } from 'zustand'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { SpacerRow } from '../parts/spacer-row.tsx'
import { useVirtualRows } from '../parts/use-virtual-rows.ts'
import { isFiltered } from '../state/callbacks-filter.ts'
import { rowsAbove } from '../state/callbacks-window.ts'
import { countedArrivals } from '../state/callbacks.ts'
import { useRoute } from '../state/route.ts'
import { useStores, useValue } from '../state/stores.ts'
import { callbackHref, takeAllOff } from './callback-route.ts'
import { CallbackRow, GhostRow, rowPx } from './callback-row.tsx'

type Props = { openId: number | undefined; isListening: boolean }

/** Newest first, following what comes in. It draws what is in sight, and holds little more. */
export function CallbackList({ openId, isListening }: Props) {
  const store = useStores().callbacks
  const { items, above, hasOlder, loaded, filter } = useStore(store)
  const { query } = useRoute()
  const nameOf = useEndpointNames()
  const scroller = useRef<HTMLDivElement>(null)
  const skipped = rowsAbove(above)
  const count = skipped + items.length
  const { indexes, abovePx, belowPx } = useVirtualRows({ count, rowPx, scroller })
  usePaging({ first: indexes[0] ?? 0, last: indexes.at(-1) ?? 0, skipped, count, hasOlder })
  const isOpenHere = openId !== undefined && items.some(item => item.id === openId)
  useOpenInSight(scroller, openId, isOpenHere)
  const pointer = usePointerHold()

  if (!loaded) return <Skeleton className="pb-list" />
  if (count === 0) return <NoCallbacks isListening={isListening} isSearch={isFiltered(filter)} />
  return (
    <div className="pb-live">
      <NewChip scroller={scroller} />
      <div
        className="pb-list"
        ref={scroller}
        onScroll={event => store.getState().standStill('place', event.currentTarget.scrollTop > rowPx / 2)}
      >
        <table className="pb-table" data-dense aria-label="Callbacks" aria-rowcount={hasOlder ? -1 : count + 1}>
          <Columns />
          <tbody {...pointer}>
            <SpacerRow px={abovePx} />
            {indexes.map(index => {
              const item = items[index - skipped]
              if (!item) return index < count && <GhostRow key={`ghost ${index}`} index={index} />
              return (
                <CallbackRow
                  key={item.id}
                  index={index}
                  item={item}
                  name={nameOf(item)}
                  href={callbackHref(item.id, query)}
                  isOpen={item.id === openId}
                  isCompared={String(item.id) === query['compare']}
                />
              )
            })}
            <SpacerRow px={belowPx} />
          </tbody>
        </table>
      </div>
    </div>
  )
}

function Columns() {
  return (
    <thead>
      <tr aria-rowindex={1}>
        <th scope="col" style={{ width: 122 }}>
          Time
        </th>
        <th scope="col" style={{ width: 74 }} className="pb-col-wide">
          Method
        </th>
        <th scope="col">What</th>
        <th scope="col" style={{ width: 160 }} className="pb-col-wide">
          Endpoint
        </th>
        <th scope="col" className="pb-col-verdict">
          Signature
        </th>
        <th scope="col" style={{ width: 72 }} className="pb-col-wide">
          Answer
        </th>
      </tr>
    </thead>
  )
}

/** How many came in while the list stood still; one press goes to them. */
function NewChip({ scroller }: { scroller: RefObject<HTMLDivElement | null> }) {
  const store = useStores().callbacks
  const waiting = useStore(store, state => state.waiting)
  if (waiting === 0) return null
  const show = () => {
    const { standStill } = store.getState()
    scroller.current?.scrollTo({ top: 0 })
    for (const why of ['button', 'pointer', 'place'] as const) standStill(why, false)
  }
  return (
    <Button
      className="pb-live-chip"
      size="compact-sm"
      radius="xl"
      rightSection={<IconArrowUp size={14} aria-hidden />}
      onClick={show}
    >
      New: {waiting >= countedArrivals ? `${countedArrivals} or more` : waiting}
    </Button>
  )
}

type Sight = { first: number; last: number; skipped: number; count: number; hasOlder: boolean }

/** Reads what is scrolled to and not there. */
function usePaging({ first, last, skipped, count, hasOlder }: Sight) {
  const store = useStores().callbacks
  useEffect(() => {
    const { loadNewer, loadOlder } = store.getState()
    if (first < skipped) void loadNewer(first)
    else if (hasOlder && count > 0 && last >= count - 20) void loadOlder()
  }, [store, first, last, skipped, count, hasOlder])
}

/** The row that was opened with the keyboard, or by its address, is scrolled to. */
function useOpenInSight(scroller: RefObject<HTMLDivElement | null>, openId: number | undefined, isThere: boolean) {
  const store = useStores().callbacks
  useEffect(() => {
    const place = scroller.current
    if (!place || !isThere) return
    const { items, above } = store.getState()
    const index = rowsAbove(above) + items.findIndex(item => item.id === openId)
    const topPx = index * rowPx
    const bottomPx = topPx + 2 * rowPx
    if (topPx < place.scrollTop) place.scrollTo({ top: index === 0 ? 0 : topPx })
    else if (bottomPx > place.scrollTop + place.clientHeight) place.scrollTo({ top: bottomPx - place.clientHeight })
  }, [scroller, store, openId, isThere])
}

/** While the pointer is over the rows none moves away from under it, until one was pressed. */
function usePointerHold() {
  const store = useStores().callbacks
  const at = useRef('')
  const free = useCallback(() => store.getState().standStill('pointer', false), [store])
  useEffect(() => free, [free])
  return {
    onPointerLeave: free,
    onClick: free,
    onPointerMove: (event: PointerEvent) => {
      // Rows that move under a pointer that rests are told as a move of it.
      const place = `${event.screenX} ${event.screenY}`
      if (event.pointerType !== 'mouse' || place === at.current) return
      at.current = place
      store.getState().standStill('pointer', true)
    }
  }
}

/** The account's name, else the endpoint's. */
function useEndpointNames(): (item: CallbackSummary) => string {
  const accounts = useValue('accounts')
  const endpoints = useValue('endpoints')
  return useMemo(() => {
    const accountNames = new Map(accounts?.map(account => [account.id, account.label]))
    const endpointNames = new Map(endpoints?.map(endpoint => [endpoint.id, endpoint.label]))
    return item => accountNames.get(item.accountId ?? '') ?? endpointNames.get(item.endpointId ?? '') ?? 'No endpoint'
  }, [accounts, endpoints])
}

function NoCallbacks({ isListening, isSearch }: { isListening: boolean; isSearch: boolean }) {
  return (
    <div className="pb-list">
      {isSearch ? (
        <EmptyState
          icon={IconSearchOff}
          title="Nothing matches"
          actions={
            <Button variant="default" onClick={takeAllOff}>
              Remove the filter
            </Button>
          }
        >
          No callback is as the filter wants it. Search finds words, or beginnings of words, in the address, the headers
          and the body.
        </EmptyState>
      ) : isListening ? (
        <EmptyState icon={IconPhoneIncoming} title="Waiting for the first callback">
          Give a provider the address above, or send a sample. It appears here by itself.
        </EmptyState>
      ) : (
        <EmptyState icon={IconBroadcastOff} title="The listener is stopped">
          Start it to catch what providers post. The address stays the same as long as the port does.
        </EmptyState>
      )}
    </div>
  )
}
