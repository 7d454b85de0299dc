import { Button, Group, PasswordInput, Progress, Stack, Text } from '@mantine/core'
import { IconCheck, IconRestore } from '@tabler/icons-react'
import { useState } from 'react'
import type { Restored } from '#shared/model/backup.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Note } from '../parts/note.tsx'
import { counted, fullTime } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { useClient } from '../state/stores.ts'
import { BackupPick, type PickedBackup } from './backup-pick.tsx'

/** Replaces everything by what is in a backup, after the person confirmed that. */
export function BackupRestore() {
  const client = useClient()
  const [picked, setPicked] = useState<PickedBackup>()
  const [passphrase, setPassphrase] = useState('')
  const [isAsking, setAsking] = useState(false)
  const [part, setPart] = useState<number>()
  const [restored, setRestored] = useState<Restored>()
  const restoring = useAction()
  const isReady = picked !== undefined && passphrase !== ''

  const restore = async () => {
    if (picked === undefined) return
    const done = await restoring.perform(async () => {
      const id = await picked.handOver(client, setPart)
      return client.backup.restore({ id, passphrase })
    })
    setPart(undefined)
    if (!done) return
    setRestored(done)
    setAsking(false)
    setPicked(undefined)
    setPassphrase('')
  }
  if (restored) return <RestoredNote restored={restored} />
  return (
    <Stack
      gap="sm"
      component="form"
      aria-label="Restore a backup"
      onSubmit={event => {
        event.preventDefault()
        restoring.clear()
        setAsking(isReady)
      }}
    >
      <Group gap="sm" align="flex-start" grow preventGrowOverflow={false}>
        <BackupPick picked={picked} onPick={setPicked} />
        <PasswordInput
          label="Its passphrase"
          value={passphrase}
          onChange={event => setPassphrase(event.currentTarget.value)}
          autoComplete="off"
        />
      </Group>
      <Group gap="sm">
        <Button type="submit" variant="default" disabled={!isReady} leftSection={<IconRestore size={16} aria-hidden />}>
          Restore…
        </Button>
        <Text size="sm" c="dimmed">
          Nothing is changed before the whole file was checked.
        </Text>
      </Group>
      <Confirm
        opened={isAsking}
        title="Replace everything by this backup?"
        verb="Replace everything"
        isDangerous
        busy={restoring.busy}
        fault={restoring.fault}
        onConfirm={() => void restore()}
        onClose={() => setAsking(false)}
      >
        <Stack gap="sm">
          <Text size="sm">
            All accounts, profiles, edits, callbacks and settings here are replaced by those in <b>{picked?.name}</b>.
            The listener stops. The database as it is now is kept in the data folder’s “backups”.
          </Text>
          {part !== undefined && <Progress value={part * 100} aria-label="Handed over" />}
        </Stack>
      </Confirm>
    </Stack>
  )
}

function RestoredNote({ restored }: { restored: Restored }) {
  const { accounts, profiles, callbacks, secrets, missing, kept, madeMs } = restored
  const lacking = missing.map(({ of, name }) => `${name} of ${of}`).join(', ')
  const counts = [counted(accounts, 'account'), counted(profiles, 'profile'), counted(callbacks, 'callback')]
  return (
    <Note
      tone="green"
      icon={IconCheck}
      title={`Restored, as it was on ${fullTime(madeMs)}`}
      aside={
        // Everything that the page knows is about what was there before.
        <Button size="compact-sm" onClick={() => window.location.reload()}>
          Show it
        </Button>
      }
      isNews
    >
      <div>
        {counts.join(', ')} and {counted(secrets, 'secret')}.
      </div>
      {lacking !== '' && (
        <div className="pb-break">To be entered again, because they are in no vault here: {lacking}.</div>
      )}
      <div className="pb-break">The database as it was before: {kept}</div>
    </Note>
  )
}
