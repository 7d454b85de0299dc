import { FileInput, Input, InputBase } from '@mantine/core'
import { IconFile } from '@tabler/icons-react'
import type { Client } from '../api/client.ts'
import { hostOf } from '../api/host.ts'
import { useAction } from '../state/action.ts'
import { useClient, useValue } from '../state/stores.ts'
import { sendBackup, type Tell } from './backup-transfer.ts'

/** A backup that a person pointed at. */
export type PickedBackup = {
  name: string
  /** Brings it to the core. out: its id there. */
  handOver: (client: Client, tell: Tell) => Promise<string>
}

type Props = { picked: PickedBackup | undefined; onPick: (picked: PickedBackup | undefined) => void }

const wording = { label: 'Backup', placeholder: 'Choose a .backup file' }
const icon = <IconFile size={15} aria-hidden />

/** With the system's own dialog where the host has it, of which the page learns the file's name; else the file is uploaded. */
export function BackupPick(props: Props) {
  const host = hostOf(useValue('info'))
  return host.can('file-dialogs') ? <FromDialog {...props} /> : <FromPage {...props} />
}

function FromDialog({ picked, onPick }: Props) {
  const client = useClient()
  const choosing = useAction()
  const choose = async () => {
    const chosen = await choosing.perform(() => client.backup.choose())
    if (chosen) onPick({ name: chosen.fileName, handOver: async () => chosen.id })
  }
  return (
    <InputBase
      component="button"
      type="button"
      label={wording.label}
      aria-label={`${wording.label}: ${picked?.name ?? wording.placeholder}`}
      leftSection={icon}
      pointer
      onClick={() => void choose()}
      error={choosing.fault?.message}
    >
      {picked?.name ?? <Input.Placeholder>{wording.placeholder}</Input.Placeholder>}
    </InputBase>
  )
}

function FromPage({ onPick }: Props) {
  return (
    <FileInput
      {...wording}
      accept=".backup"
      leftSection={icon}
      onChange={file =>
        onPick(file ? { name: file.name, handOver: (client, tell) => sendBackup(client, file, tell) } : undefined)
      }
      clearable
    />
  )
}
