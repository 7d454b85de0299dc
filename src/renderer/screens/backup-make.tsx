import { Button, Checkbox, Group, PasswordInput, Progress, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCheck, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import type { BackupSaved } from '#shared/model/backup.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { counted, sizeText } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { useClient } from '../state/stores.ts'
import { fetchBackup } from './backup-transfer.ts'
import { saveFile } from './callback-file.ts'

const shortest = 8

/** Without secrets it is a download; with them it stays in the data folder, because no page is ever given a secret. */
export function BackupMake() {
  const client = useClient()
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [withSecrets, setWithSecrets] = useState(false)
  const [part, setPart] = useState<number>()
  const [saved, setSaved] = useState<BackupSaved>()
  const making = useAction()
  const isOther = again !== '' && again !== passphrase

  const download = async () => {
    const { fileName, content } = await fetchBackup(client, passphrase, setPart)
    saveFile({ fileName, mediaType: 'application/octet-stream', content })
    notifications.show({ message: `${fileName} is ready, ${sizeText(content.size)}.`, color: 'enamel' })
    return true
  }
  const keep = async () => {
    setSaved(await client.backup.save({ passphrase, withSecrets }))
    return true
  }
  const make = async () => {
    setSaved(undefined)
    const done = await making.perform(withSecrets ? keep : download)
    setPart(undefined)
    if (!done) return
    setPassphrase('')
    setAgain('')
  }
  return (
    <Stack
      gap="sm"
      component="form"
      aria-label="Make a backup"
      onSubmit={event => {
        event.preventDefault()
        void make()
      }}
    >
      <Group gap="sm" align="flex-start" grow preventGrowOverflow={false}>
        <PasswordInput
          label="Passphrase"
          description={`${shortest} characters or more. It cannot be recovered.`}
          value={passphrase}
          onChange={event => setPassphrase(event.currentTarget.value)}
          autoComplete="off"
        />
        <PasswordInput
          label="The same passphrase again"
          description="So that it is certain."
          value={again}
          onChange={event => setAgain(event.currentTarget.value)}
          error={isOther && 'This is another one.'}
          autoComplete="off"
        />
      </Group>
      <Checkbox
        label="With the secrets of all accounts"
        description="The file is then written into the data folder’s “backups” instead of being downloaded: secrets never pass through this page."
        checked={withSecrets}
        onChange={event => setWithSecrets(event.currentTarget.checked)}
      />
      {part !== undefined && <Progress value={part * 100} aria-label="Handed over" />}
      <FaultAlert fault={making.fault} />
      {saved && <Saved saved={saved} />}
      <Group>
        <Button
          type="submit"
          variant="default"
          loading={making.busy}
          disabled={passphrase.length < shortest || again !== passphrase}
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {withSecrets ? 'Save the backup' : 'Download the backup'}
        </Button>
      </Group>
    </Stack>
  )
}

function Saved({ saved: { file, bytes, secrets, missing } }: { saved: BackupSaved }) {
  const lacking = missing.map(({ of, name }) => `${name} of ${of}`).join(', ')
  return (
    <Note
      tone="green"
      icon={IconCheck}
      title={`Saved with ${counted(secrets ?? 0, 'secret')}, ${sizeText(bytes)}`}
      isNews
    >
      <Group gap={6} wrap="nowrap">
        <span className="pb-mono pb-break">{file}</span>
        <CopyButton value={file} what="the path of the backup" />
      </Group>
      {lacking !== '' && <div className="pb-break">Not in the vault, and so not inside: {lacking}.</div>}
    </Note>
  )
}
