import { Button, Checkbox, Group, PasswordInput, Progress, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCheck, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import type { BackupAbout } from '#shared/model/backup.ts'
import { shortestPassphrase } from '#shared/model/passphrase.ts'
import { hostOf } from '../api/host.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { counted, sizeText } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { useClient, useValue } from '../state/stores.ts'
import { fetchBackup } from './backup-transfer.ts'
import { saveFile } from './callback-file.ts'

type Made = { title: string; file?: string; missing: BackupAbout['missing'] }

/**
 * Where the host has dialogs, the person says there where the file is to be. Elsewhere it is a download without secrets;
 * with them it stays in the data folder, because no page is ever given a secret.
 */
export function BackupMake() {
  const client = useClient()
  const hasDialogs = hostOf(useValue('info')).can('file-dialogs')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [withSecrets, setWithSecrets] = useState(false)
  const [part, setPart] = useState<number>()
  const [made, setMade] = useState<Made>()
  const making = useAction()
  const isOther = again !== '' && again !== passphrase

  const download = async () => {
    const { fileName, content } = await fetchBackup(client, passphrase, setPart)
    saveFile({ fileName, mediaType: 'application/octet-stream', content })
    notifications.show({ message: `${fileName} is ready, ${sizeText(content.size)}.`, color: 'enamel' })
    return true
  }
  const keep = async () => {
    const saved = await client.backup.save({ passphrase, withSecrets })
    setMade({ title: `Saved ${countsOf(saved)}`, file: saved.file, missing: saved.missing })
    return true
  }
  const saveAs = async () => {
    const saved = await client.backup.saveAs({ passphrase, withSecrets })
    if (saved) setMade({ title: `${saved.fileName} is saved ${countsOf(saved)}`, missing: saved.missing })
    return saved !== null
  }
  const make = async () => {
    setMade(undefined)
    const done = await making.perform(hasDialogs ? saveAs : withSecrets ? keep : download)
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
          description={`${shortestPassphrase} characters or more. It cannot be recovered.`}
          value={passphrase}
          onChange={event => setPassphrase(event.currentTarget.value)}
          autoComplete="off"
        />
        <PasswordInput
          label="Repeat the passphrase"
          value={again}
          onChange={event => setAgain(event.currentTarget.value)}
          error={isOther && 'This is another one.'}
          autoComplete="off"
        />
      </Group>
      <Checkbox
        label="With the secrets of all accounts"
        description={
          hasDialogs
            ? 'They go into the file and never pass through this page.'
            : 'The file is then written into the data folder’s “backups” instead of being downloaded: secrets never pass through this page.'
        }
        checked={withSecrets}
        onChange={event => setWithSecrets(event.currentTarget.checked)}
      />
      {part !== undefined && <Progress value={part * 100} aria-label="Handed over" />}
      <FaultAlert fault={making.fault} />
      {made && <MadeNote made={made} />}
      <Group>
        <Button
          type="submit"
          variant="default"
          loading={making.busy}
          disabled={passphrase.length < shortestPassphrase || again !== passphrase}
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {hasDialogs ? 'Save the backup…' : withSecrets ? 'Save the backup' : 'Download the backup'}
        </Button>
      </Group>
    </Stack>
  )
}

function countsOf({ secrets, bytes }: BackupAbout): string {
  return `with ${secrets === null ? 'no secrets' : counted(secrets, 'secret')}, ${sizeText(bytes)}`
}

function MadeNote({ made: { title, file, missing } }: { made: Made }) {
  const lacking = missing.map(({ of, name }) => `${name} of ${of}`).join(', ')
  return (
    <Note tone="green" icon={IconCheck} title={title} isNews>
      {file !== undefined && (
        <Group gap={6} wrap="nowrap">
          <span className="pb-mono pb-break">{file}</span>
          <CopyButton value={file} what="the path of the backup" />
        </Group>
      )}
      {lacking !== '' && <div className="pb-break">Not in the vault, and so not inside: {lacking}.</div>}
    </Note>
  )
}
