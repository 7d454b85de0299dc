import { Button, Skeleton } from '@mantine/core'
import { IconBroadcastOff, IconPhoneIncoming, IconSearchOff } from '@tabler/icons-react'
import { useRef } from 'react'
import { useStore } from 'zustand'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { SpacerRow } from '../parts/spacer-row.tsx'
import { exactTime, fullTime } from '../parts/times.ts'
import { useVirtualRows } from '../parts/use-virtual-rows.ts'
import { VerdictBadge } from '../parts/verdict-badge.tsx'
import { go, hrefOf } from '../state/route.ts'
import { useStores, useValue } from '../state/stores.ts'

type Props = { openId: number | undefined; isListening: boolean }

/** Newest first; long lists draw only what is in sight. */
export function CallbackList({ openId, isListening }: Props) {
  const { items, loaded, hasMore, search, loadMore } = useStore(useStores().callbacks)
  const nameOf = useEndpointNames()
  const scroller = useRef<HTMLDivElement>(null)
  const { indexes, abovePx, belowPx } = useVirtualRows({ count: items.length, rowPx: 37, scroller })

  if (!loaded) return <Skeleton className="pb-list" />
  if (items.length === 0) return <NoCallbacks isListening={isListening} isSearch={search.trim() !== ''} />
  return (
    <div className="pb-list" ref={scroller}>
      <table className="pb-table" data-dense aria-label="Callbacks" aria-rowcount={items.length}>
        <thead>
          <tr>
            <th scope="col" style={{ width: 118 }}>
              Time
            </th>
            <th scope="col" style={{ width: 74 }} className="pb-col-wide">
              Method
            </th>
            <th scope="col">What</th>
            <th scope="col" style={{ width: 160 }} className="pb-col-wide">
              Endpoint
            </th>
            <th scope="col" style={{ width: 138 }}>
              Signature
            </th>
            <th scope="col" style={{ width: 72 }} className="pb-col-wide">
              Answer
            </th>
          </tr>
        </thead>
        <tbody>
          <SpacerRow px={abovePx} />
          {indexes.map(index => {
            const item = items[index]
            return item && <Row key={item.id} item={item} name={nameOf(item)} isOpen={item.id === openId} />
          })}
          <SpacerRow px={belowPx} />
        </tbody>
      </table>
      {hasMore && (
        <div style={{ padding: 10, textAlign: 'center' }}>
          <Button size="compact-sm" variant="subtle" onClick={() => void loadMore()}>
            Show older ones
          </Button>
        </div>
      )}
    </div>
  )
}

/** What a callback is about: its meaning where that is known, else what was asked for, without the endpoint's key. */
export function callbackTitle({ decoded, method, target }: CallbackSummary): string {
  if (decoded) return decoded.title
  const rest = target.replace(/^\/in\/[^/?]+/, '')
  return `${method} ${rest.startsWith('/') ? rest : `/${rest}`}`
}

function Row({ item, name, isOpen }: { item: CallbackSummary; name: string; isOpen: boolean }) {
  const title = callbackTitle(item)
  return (
    <tr
      aria-label={title}
      data-openable
      data-open={isOpen || undefined}
      onClick={() => go('callbacks', String(item.id))}
    >
      <td className="pb-mono" title={fullTime(item.receivedMs)}>
        {exactTime(item.receivedMs)}
      </td>
      <td className="pb-mono pb-col-wide">{item.method}</td>
      <td title={title}>
        <a
          className={`pb-row-link${item.decoded ? '' : ' pb-mono'}`}
          href={hrefOf('callbacks', String(item.id))}
          aria-current={isOpen || undefined}
        >
          {title}
        </a>
      </td>
      <td className="pb-col-wide" title={name}>
        {name}
      </td>
      <td>
        <VerdictBadge verdict={item.verdict} text={item.verdictText} />
      </td>
      <td className="pb-mono pb-col-wide">{item.answerStatus}</td>
    </tr>
  )
}

/** The account's name, else the endpoint's. */
function useEndpointNames(): (item: CallbackSummary) => string {
  const accounts = new Map(useValue('accounts')?.map(account => [account.id, account.label]))
  const endpoints = new Map(useValue('endpoints')?.map(endpoint => [endpoint.id, endpoint.label]))
  return item => accounts.get(item.accountId ?? '') ?? endpoints.get(item.endpointId ?? '') ?? 'No endpoint'
}

function NoCallbacks({ isListening, isSearch }: { isListening: boolean; isSearch: boolean }) {
  return (
    <div className="pb-list">
      {isSearch ? (
        <EmptyState icon={IconSearchOff} title="Nothing matches">
          No callback has these words in its headers or its body.
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
