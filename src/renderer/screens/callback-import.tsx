import { Button, FileInput, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconFile, IconUpload } from '@tabler/icons-react'
import { useState } from 'react'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { counted } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { closeDialog } from './callback-route.ts'

/** The page hands over no more than this in one piece. */
const mostBytes = 7_000_000

/** Reads the requests of a HAR file as callbacks. */
export function CallbackImport() {
  const client = useClient()
  const stores = useStores()
  const endpoints = useValue('endpoints') ?? []
  const [file, setFile] = useState<File | null>(null)
  const [endpointId, setEndpointId] = useState('')
  const reading = useAction()
  const isTooLarge = file !== null && file.size > mostBytes
  const read = async () => {
    if (!file || isTooLarge) return
    const result = await reading.perform(async () =>
      client.callbacks.import({ har: await file.text(), endpointId: endpointId || undefined })
    )
    if (!result) return
    notifications.show({ message: `${counted(result.ids.length, 'request')} read from the file.`, color: 'enamel' })
    closeDialog()
    void stores.callbacks.getState().reload()
  }
  return (
    <Modal opened onClose={closeDialog} title="Import a HAR file">
      <form
        aria-label="Import a HAR file"
        onSubmit={event => {
          event.preventDefault()
          void read()
        }}
      >
        <Stack gap="md">
          <Text size="sm">Each request in the file becomes a callback in the list. Nothing is sent to anyone.</Text>
          <FileInput
            label="File"
            placeholder="Choose a .har file"
            accept=".har,application/json"
            leftSection={<IconFile size={15} aria-hidden />}
            value={file}
            onChange={setFile}
            clearable
            clearButtonProps={{ 'aria-label': 'Take the file away' }}
            error={
              isTooLarge && 'This file is larger than 7 MB. The command line reads it: plugboard callbacks import.'
            }
          />
          <NativeSelect
            label="Endpoint"
            description="Decides how they are read. Without one they belong to nobody."
            data={[{ value: '', label: 'None' }, ...endpoints.map(({ id, label }) => ({ value: id, label }))]}
            value={endpointId}
            onChange={event => setEndpointId(event.currentTarget.value)}
          />
          <FaultAlert fault={reading.fault} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={closeDialog}>
              Cancel
            </Button>
            <Button
              type="submit"
              disabled={!file || isTooLarge}
              loading={reading.busy}
              leftSection={<IconUpload size={16} aria-hidden />}
            >
              Import
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
