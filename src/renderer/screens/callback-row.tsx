import { VisuallyHidden } from '@mantine/core'
import { IconArrowBackUp, IconNote, IconPin, type Icon } from '@tabler/icons-react'
import { memo } from 'react'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { VerdictBadge } from '../parts/verdict-badge.tsx'
import { goTo } from '../state/route.ts'
import { callbackTitle, rowDate, rowTime } from './callback-title.ts'

export const rowPx = 37

type CellsProps = { item: CallbackSummary; name: string; href: string; isOpen: boolean }
type Props = CellsProps & { index: number; isCompared: boolean }

/** One callback. `index`: its place in the whole list, of which only a part is drawn. */
export function CallbackRow({ index, isCompared, ...cells }: Props) {
  const { item, href, isOpen } = cells
  return (
    <tr
      // The first row is that of the names of the columns.
      aria-rowindex={index + 2}
      aria-label={callbackTitle(item)}
      data-openable
      data-open={isOpen || undefined}
      data-compared={isCompared || undefined}
      onClick={() => goTo(href)}
    >
      <Cells {...cells} />
    </tr>
  )
}

/** Drawn again only when something of it changed: in a flood hundreds of them move down while others come. */
const Cells = memo(function Cells({ item, name, href, isOpen }: CellsProps) {
  const title = callbackTitle(item)
  return (
    <>
      <td className="pb-mono" title={rowDate(item.receivedMs)}>
        {rowTime(item.receivedMs)}
      </td>
      <td className="pb-mono pb-col-wide">{item.method}</td>
      <td title={title}>
        <div className="pb-row-what">
          <a className={`pb-row-link${item.decoded ? '' : ' pb-mono'}`} href={href} aria-current={isOpen || undefined}>
            {title}
          </a>
          <RowMarks item={item} />
        </div>
      </td>
      <td className="pb-col-wide" title={name}>
        {name}
      </td>
      <td className="pb-cell-verdict">
        <VerdictBadge verdict={item.verdict} text={item.verdictText} />
      </td>
      <td className="pb-mono pb-col-wide">{item.answerStatus === 0 ? 'none' : item.answerStatus}</td>
    </>
  )
})

function RowMarks({ item }: { item: CallbackSummary }) {
  const { pinned, origin, note, tags } = item
  if (!pinned && origin === 'network' && note === '' && tags.length === 0) return null
  return (
    <span className="pb-row-marks">
      {pinned && <Mark icon={IconPin} label="Pinned" />}
      {origin === 'replay' && <Mark icon={IconArrowBackUp} label="Sent again from here" />}
      {note !== '' && <Mark icon={IconNote} label="Has a note" />}
      {origin === 'simulate' && <span className="pb-tag">sample</span>}
      {origin === 'import' && <span className="pb-tag">from a file</span>}
      {tags.map(tag => (
        <span key={tag} className="pb-tag">
          {tag}
        </span>
      ))}
    </span>
  )
}

function Mark({ icon: IconOf, label }: { icon: Icon; label: string }) {
  return (
    <span title={label}>
      <IconOf size={14} aria-hidden />
      <VisuallyHidden>{label}</VisuallyHidden>
    </span>
  )
}

/** Stands for a row that was let go and is being read again. */
export function GhostRow({ index }: { index: number }) {
  return (
    <tr data-ghost aria-rowindex={index + 2}>
      <td colSpan={6}>Reading …</td>
    </tr>
  )
}
