import { Menu } from '@mantine/core'
import { IconArrowsDiff, IconSend } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { counted } from '../parts/times.ts'
import { conflictsIn } from '../state/lookups.ts'
import { hrefOf } from '../state/route.ts'
import { noProgress, progressOf } from '../state/run.ts'
import { useStores, useValue } from '../state/stores.ts'
import { useRunElsewhere } from './run-progress.tsx'

/** How many conflicts wait for a decision, on every screen, and the way to each. */
export function ConflictChip() {
  const conflicts = (useValue('profiles') ?? []).flatMap(conflictsIn)
  if (conflicts.length === 0) return null
  const text = counted(conflicts.length, 'conflict')
  return (
    <Menu position="bottom-end" shadow="md" width={300}>
      <Menu.Target>
        <button type="button" className="pb-chip" aria-label={`${text} to decide`}>
          <IconArrowsDiff size={16} aria-hidden data-pb-tone="red" style={{ color: 'var(--tone-fg)' }} />
          {/* The word goes where there is no room; the number stays. */}
          <b>{conflicts.length}</b>
          <span>{conflicts.length === 1 ? 'conflict' : 'conflicts'}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={340} style={{ overflowY: 'auto' }}>
        {conflicts.map(({ profileId, title, setting, label }) => (
          <Menu.Item key={`${profileId} ${setting}`} component="a" href={hrefOf('profiles', profileId)}>
            {title}: {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** A run under way, here or in another window, on every screen. */
export function RunChip() {
  const own = useStore(useStores().run, ({ busy, progress }) => (busy ? (progress ?? noProgress) : undefined))
  const elsewhere = useRunElsewhere()
  const progress = own ?? (elsewhere && progressOf(elsewhere))
  if (!progress) return null
  const isWaiting = Object.keys(progress.waits).length > 0
  const word = isWaiting ? 'Waiting' : 'Applying'
  const far = `${progress.finished} of ${progress.total}`
  return (
    <a className="pb-chip" href={hrefOf('plan')} aria-label={`${word} ${far}`}>
      <IconSend size={15} aria-hidden data-pb-tone={isWaiting ? 'amber' : 'blue'} style={{ color: 'var(--tone-fg)' }} />
      <span>{word}</span>
      <b>{far}</b>
    </a>
  )
}
