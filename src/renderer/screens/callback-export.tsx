import { Button, Checkbox, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle, IconCopy, IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import type { ExportFormat } from '#shared/model/lab.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { counted } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { mostExported, listedIds } from '../state/callbacks-listed.ts'
import { useClient, useStores } from '../state/stores.ts'
import { saveFile } from './callback-file.ts'
import { closeDialog } from './callback-route.ts'

const formats: { value: ExportFormat; label: string; about: string }[] = [
  { value: 'curl', label: 'curl', about: 'Commands for a terminal that send the same request' },
  { value: 'har', label: 'HAR', about: 'For browsers and other tools; Plugboard reads it back' },
  { value: 'http', label: 'HTTP', about: 'The request as it stood on the wire, for .http files' },
  { value: 'json', label: 'JSON', about: 'Everything that is stored, for programs' }
]

/** All that the list shows under its filter, also what is not scrolled to. */
export function ListExport() {
  return <CallbackExport ids={undefined} />
}

/** Saves callbacks as a file; secrets are taken out unless they are asked for. `ids` undefined: what is listed. */
export function CallbackExport({ ids }: { ids: number[] | undefined }) {
  const client = useClient()
  const { callbacks } = useStores()
  const [format, setFormat] = useState<ExportFormat>('curl')
  const [whole, setWhole] = useState(false)
  const saving = useAction()
  const hand = async (way: 'file' | 'clipboard') => {
    const message = await saving.perform(async () => {
      const chosen = ids ?? (await listedIds(client, callbacks.getState().filter))
      if (chosen.length === 0) return 'Nothing is listed.'
      const { fileName, mediaType, text } = await client.callbacks.export({ ids: chosen, format, whole })
      if (way === 'file') saveFile({ fileName, mediaType, content: text })
      else await navigator.clipboard.writeText(text)
      return `${counted(chosen.length, 'callback')} ${way === 'file' ? `saved as ${fileName}` : 'copied'}.`
    })
    if (message === undefined) return
    notifications.show({ message, color: 'enamel' })
    closeDialog()
  }
  return (
    <Modal
      opened
      onClose={closeDialog}
      title={ids === undefined ? 'Export what is listed' : `Export number ${ids.join(', ')}`}
      size={520}
    >
      <Stack gap="md">
        {ids === undefined && (
          <Text size="sm">
            All callbacks that the filter shows are saved, the newest {mostExported.toLocaleString()} at most.
          </Text>
        )}
        <Radio.Group label="Format" value={format} onChange={value => setFormat(value as ExportFormat)}>
          <Stack gap={8} mt={6}>
            {formats.map(({ value, label, about }) => (
              <Radio key={value} value={value} label={label} description={about} />
            ))}
          </Stack>
        </Radio.Group>
        <Checkbox
          label="Whole, with its secrets"
          description="Otherwise signatures, tokens and passwords are replaced by dots."
          checked={whole}
          onChange={event => setWhole(event.currentTarget.checked)}
        />
        {whole && (
          <Note tone="amber" icon={IconAlertTriangle} title="The file will hold secrets" isNews>
            Whoever has it can read the tokens, signatures and personal data in these callbacks. Do not attach it to a
            ticket or a message.
          </Note>
        )}
        <FaultAlert fault={saving.fault} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={closeDialog}>
            Cancel
          </Button>
          {ids !== undefined && (
            <Button
              variant="default"
              loading={saving.busy}
              leftSection={<IconCopy size={16} aria-hidden />}
              onClick={() => void hand('clipboard')}
            >
              Copy
            </Button>
          )}
          <Button
            loading={saving.busy}
            leftSection={<IconDownload size={16} aria-hidden />}
            onClick={() => void hand('file')}
          >
            Save the file
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
