import { Anchor, Button, Group } from '@mantine/core'
import { IconArrowsDiff, IconCloudOff, IconHelpCircle, IconTrash } from '@tabler/icons-react'
import type { Profile } from '#shared/model/profile.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { hrefOf } from '../state/route.ts'
import { useValue } from '../state/stores.ts'
import { useResolve } from './use-resolve.ts'

/** What holds for the profile as a whole, and what can be decided about it. */
export function ProfileStanding({ profile }: { profile: Profile }) {
  const { state, local, remote } = profile
  if (state === 'deleted') {
    return (
      <Note tone="red" icon={IconTrash} title="It is deleted at the provider when a plan is applied.">
        Revert keeps it.
      </Note>
    )
  }
  if (state === 'removed-there') return <Gone profile={profile} title="It no longer exists at the provider." />
  if (state === 'conflict' && remote === null) {
    return <Gone profile={profile} title="It was changed here and removed at the provider." />
  }
  if (state === 'conflict' && local === null) return <DeletedHere profile={profile} />
  if (state === 'unknown') return <NotKnown profile={profile} />
  return null
}

function NotKnown({ profile }: { profile: Profile }) {
  const account = useValue('accounts')?.find(known => known.id === profile.accountId)
  return (
    <Note tone="grey" icon={IconHelpCircle} title="It is not known what the provider has now.">
      {account?.state === 'parked' ? (
        <>
          The provider rejected the credentials of{' '}
          <Anchor href={hrefOf('accounts', account.id)} size="sm">
            {account.label}
          </Anchor>
          ; until they are mended nothing is sent.
        </>
      ) : (
        'The last read failed. Pull again; until then no plan sends this profile.'
      )}
      {profile.remoteSeenMs !== null && (
        <>
          {' '}
          Last seen <TimeAgo atMs={profile.remoteSeenMs} />.
        </>
      )}
    </Note>
  )
}

function Gone({ profile, title }: { profile: Profile; title: string }) {
  const { resolve, busy, fault } = useResolve(profile.id)
  return (
    <Note tone="amber" icon={IconCloudOff} title={title}>
      <Group gap="xs" mt={8}>
        <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void resolve(null, 'local')}>
          Create it there again
        </Button>
        <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void resolve(null, 'remote')}>
          Remove it here too
        </Button>
      </Group>
      <FaultAlert fault={fault} />
    </Note>
  )
}

function DeletedHere({ profile }: { profile: Profile }) {
  const { resolve, busy, fault } = useResolve(profile.id)
  return (
    <Note tone="red" icon={IconArrowsDiff} title="It was deleted here and changed at the provider.">
      <Group gap="xs" mt={8}>
        <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void resolve(null, 'local')}>
          Delete it all the same
        </Button>
        <Button size="compact-sm" variant="default" disabled={busy} onClick={() => void resolve(null, 'remote')}>
          Keep what the provider has
        </Button>
      </Group>
      <FaultAlert fault={fault} />
    </Note>
  )
}
