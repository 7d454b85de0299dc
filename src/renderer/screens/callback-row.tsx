import { VisuallyHidden } from '@mantine/core'
import { IconArrowBackUp, IconNote, IconPin, type Icon } from '@tabler/icons-react'
import { memo } from 'react'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { VerdictBadge } from '../parts/verdict-badge.tsx'
import { callbackTitle, rowDate, rowTime } from './callback-title.ts'

export const rowPx = 37

type Props = { item: CallbackSummary; name: string; href: string; isOpen: boolean; isCompared: boolean }

/** Drawn again only when something of it changed: in a flood hundreds of them stand still while others come. */
export const CallbackRow = memo(function CallbackRow({ item, name, href, isOpen, isCompared }: Props) {
  const title = callbackTitle(item)
  return (
    <tr
      aria-label={title}
      data-openable
      data-open={isOpen || undefined}
      data-compared={isCompared || undefined}
      onClick={() => {
        window.location.hash = href
      }}
    >
      <td className="pb-mono" title={rowDate(item.receivedMs)}>
        {rowTime(item.receivedMs)}
      </td>
      <td className="pb-mono pb-col-wide">{item.method}</td>
      <td title={title}>
        <a className={`pb-row-link${item.decoded ? '' : ' pb-mono'}`} href={href} aria-current={isOpen || undefined}>
          {title}
        </a>
        <RowMarks item={item} />
      </td>
      <td className="pb-col-wide" title={name}>
        {name}
      </td>
      <td>
        <VerdictBadge verdict={item.verdict} text={item.verdictText} />
      </td>
      <td className="pb-mono pb-col-wide">{item.answerStatus === 0 ? 'none' : item.answerStatus}</td>
    </tr>
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
export function GhostRow() {
  return (
    <tr data-ghost>
      <td colSpan={6}>Reading …</td>
    </tr>
  )
}
