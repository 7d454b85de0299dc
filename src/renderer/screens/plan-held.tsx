import { Anchor, Button } from '@mantine/core'
import { IconArrowsDiff, IconPlayerPause } from '@tabler/icons-react'
import { useStore } from 'zustand'
import type { Held } from '#shared/model/plan.ts'
import type { Conflict } from '#shared/model/profile.ts'
import { Note } from '../parts/note.tsx'
import { hrefOf } from '../state/route.ts'
import { useStores } from '../state/stores.ts'

/** What both sides changed, and where that is decided. */
export function ConflictNote({ conflict }: { conflict: Conflict }) {
  const { profileId, title, setting, label } = conflict
  return (
    <Note
      tone="red"
      icon={IconArrowsDiff}
      title={`Conflict: ${title}${setting === null ? '' : `, ${label}`}`}
      aside={<Way href={hrefOf('profiles', profileId)} verb="Decide" />}
    >
      {setting === null ? label : 'Both sides changed it'}. Nothing is sent for this profile until that is decided.
    </Note>
  )
}

/** What is not sent for now, why, and the way to mend that. */
export function HeldNote({ held }: { held: Held }) {
  return (
    <Note tone="amber" icon={IconPlayerPause} title={`Held back: ${held.title}`} aside={<Mend held={held} />}>
      {held.message}
    </Note>
  )
}

function Mend({ held: { reason, accountId, profileId } }: { held: Held }) {
  const { busy, make } = useStore(useStores().plan)
  if (reason === 'account-parked') return <Way href={hrefOf('accounts', accountId)} verb="Open the account" />
  if (reason === 'remote-unknown' || reason === 'outcome-unknown') {
    return (
      <Button size="compact-sm" variant="default" loading={busy} onClick={() => void make(true)}>
        Pull
      </Button>
    )
  }
  return <Way href={hrefOf('profiles', profileId)} verb="Decide" />
}

function Way({ href, verb }: { href: string; verb: string }) {
  return (
    <Anchor href={href} size="sm" fw={600}>
      {verb}
    </Anchor>
  )
}
