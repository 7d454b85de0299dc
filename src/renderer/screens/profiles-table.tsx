import { Button, Skeleton } from '@mantine/core'
import { IconAdjustments, IconArrowDown, IconArrowUp, IconSearchOff, IconTag } from '@tabler/icons-react'
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
  useTable
} from '@tanstack/react-table'
import { useMemo, useRef, useState } from 'react'
import type { ProviderCard } from '#shared/model/provider.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { SpacerRow } from '../parts/spacer-row.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { counted } from '../parts/times.ts'
import { useVirtualRows } from '../parts/use-virtual-rows.ts'
import { stateOrder, type ProfileRow } from '../state/profile-rows.ts'

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric }
})
const helper = createColumnHelper<typeof features, ProfileRow>()
const columns = helper.columns([
  helper.accessor('title', { header: 'Profile', sortFn: 'alphanumeric' }),
  helper.accessor('summary', { header: 'Settings', sortFn: 'alphanumeric' }),
  helper.accessor('account', { header: 'Account', sortFn: 'alphanumeric' }),
  helper.accessor(row => stateOrder.indexOf(row.state), { id: 'state', header: 'State' }),
  helper.accessor('updatedMs', { header: 'Changed' })
])

const looks: Record<string, { width?: string | number; className?: string }> = {
  title: { className: 'pb-col-title' },
  summary: { className: 'pb-col-medium' },
  account: { width: 150, className: 'pb-col-wide' },
  state: { className: 'pb-col-state' },
  updatedMs: { width: 104, className: 'pb-col-wide' }
}

type Props = {
  rows: ProfileRow[]
  openId: string | undefined
  isLoaded: boolean
  isGrouped: boolean
  isFiltered: boolean
  /** The provider, where it cannot list anything. */
  unlisted: ProviderCard | undefined
  onAddByName: () => void
  hrefFor: (id: string) => string
}

export function ProfilesTable({ rows, openId, isLoaded, isGrouped, isFiltered, hrefFor, ...ifNone }: Props) {
  const [sort, setSort] = useState({ id: 'title', desc: false })
  const scroller = useRef<HTMLDivElement>(null)
  const sorting = useMemo(() => (isGrouped ? [{ id: 'account', desc: false }, sort] : [sort]), [isGrouped, sort])
  const table = useTable({ features, columns, data: rows, getRowId: row => row.id, state: { sorting } })
  const sorted = table.getRowModel().rows.map(row => row.original)
  const lines = isGrouped ? withGroups(sorted) : sorted
  const { indexes, abovePx, belowPx } = useVirtualRows({ count: lines.length, rowPx: 43, scroller })

  if (isLoaded && rows.length === 0) return <NoProfiles isFiltered={isFiltered} {...ifNone} />
  return (
    <div className="pb-list" ref={scroller}>
      <table className="pb-table" aria-label="Profiles" aria-rowcount={rows.length}>
        <thead>
          <tr>
            {table
              .getFlatHeaders()
              .filter(header => !(isGrouped && header.id === 'account'))
              .map(header => (
                <SortHeader
                  key={header.id}
                  id={header.id}
                  label={String(header.column.columnDef.header)}
                  sort={sort}
                  onSort={setSort}
                />
              ))}
          </tr>
        </thead>
        <tbody>
          {!isLoaded && <LoadingRows />}
          <SpacerRow px={abovePx} />
          {indexes.map(index => {
            const line = lines[index]
            if (!line) return null
            if ('group' in line) return <GroupRow key={`group ${line.group}`} {...line} />
            const href = hrefFor(line.id)
            return <Row key={line.id} row={line} href={href} isOpen={line.id === openId} isGrouped={isGrouped} />
          })}
          <SpacerRow px={belowPx} />
        </tbody>
      </table>
    </div>
  )
}

type Group = { group: string; count: number }

/** The rows, each account's under its name. The rows come sorted by account. */
function withGroups(rows: ProfileRow[]): (ProfileRow | Group)[] {
  const byAccount = Map.groupBy(rows, row => row.accountId)
  return [...byAccount.values()].flatMap(own => [{ group: own[0]?.account ?? '', count: own.length }, ...own])
}

/** One cell: a span over columns that a narrow list hides would make room for them again. */
function GroupRow({ group, count }: Group) {
  return (
    <tr data-group>
      <th scope="rowgroup">
        {group} <span>{counted(count, 'profile')}</span>
      </th>
    </tr>
  )
}

function Row({ row, href, isOpen, isGrouped }: { row: ProfileRow; href: string; isOpen: boolean; isGrouped: boolean }) {
  return (
    <tr
      aria-label={row.title}
      data-openable
      data-open={isOpen || undefined}
      onClick={() => (window.location.hash = href)}
    >
      <td>
        <a className="pb-row-link" href={href} title={row.title} aria-current={isOpen || undefined}>
          {row.title}
        </a>
      </td>
      <td className="pb-mono pb-col-medium" title={row.summary}>
        {row.summary}
      </td>
      {!isGrouped && <td className="pb-col-wide">{row.account}</td>}
      <td>
        <StateBadge state={row.state} />
      </td>
      <td className="pb-col-wide">
        <TimeAgo atMs={row.updatedMs} />
      </td>
    </tr>
  )
}

type Sort = { id: string; desc: boolean }
type SortProps = { id: string; label: string; sort: Sort; onSort: (sort: Sort) => void }

function SortHeader({ id, label, sort, onSort }: SortProps) {
  const isSorted = sort.id === id
  const look = looks[id]
  const IconOf = sort.desc ? IconArrowDown : IconArrowUp
  return (
    <th
      scope="col"
      className={look?.className}
      style={{ width: look?.width }}
      aria-sort={isSorted ? (sort.desc ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" className="pb-sort" onClick={() => onSort({ id, desc: isSorted && !sort.desc })}>
        {label}
        {isSorted && <IconOf size={13} aria-hidden />}
      </button>
    </th>
  )
}

function LoadingRows() {
  return [1, 2, 3, 4].map(key => (
    <tr key={key} aria-hidden>
      <td>
        <Skeleton height={14} radius="sm" />
      </td>
    </tr>
  ))
}

type NoneProps = Pick<Props, 'isFiltered' | 'unlisted' | 'onAddByName'>

function NoProfiles({ isFiltered, unlisted, onAddByName }: NoneProps) {
  return (
    <div className="pb-list">
      {isFiltered ? (
        <EmptyState icon={IconSearchOff} title="Nothing matches">
          No profile has these words and this state. Clear the search or the filter to see the others.
        </EmptyState>
      ) : unlisted ? (
        <EmptyState icon={IconTag} title="No profiles yet" actions={<Button onClick={onAddByName}>Add by name</Button>}>
          {unlisted.name} cannot list what an account has. Add each by its name there, and pull keeps it up to date.
        </EmptyState>
      ) : (
        <EmptyState icon={IconAdjustments} title="No profiles yet">
          Pull reads what the provider has. A new profile can also be made here first, and sent later.
        </EmptyState>
      )}
    </div>
  )
}
