import { Button, Group, Stack, TagsInput, Text, Textarea } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'

/** The tags and the note that people gave a callback. */
export function CallbackMarks({ item }: { item: CallbackSummary }) {
  const [isEditing, setEditing] = useState(false)
  const { tags, note } = item
  if (isEditing) return <MarksForm item={item} onClose={() => setEditing(false)} />
  const isBare = tags.length === 0 && note === ''
  return (
    <Group gap={6} wrap="wrap">
      {tags.map(tag => (
        <span key={tag} className="pb-tag">
          {tag}
        </span>
      ))}
      {note !== '' && (
        <Text size="sm" className="pb-break" style={{ whiteSpace: 'pre-wrap' }}>
          {note}
        </Text>
      )}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPencil size={13} aria-hidden />}
        onClick={() => setEditing(true)}
      >
        {isBare ? 'Add tags or a note' : 'Edit'}
      </Button>
    </Group>
  )
}

function MarksForm({ item, onClose }: { item: CallbackSummary; onClose: () => void }) {
  const client = useClient()
  const stores = useStores()
  const [tags, setTags] = useState(item.tags)
  const [note, setNote] = useState(item.note)
  const saving = useAction()
  const save = async () => {
    const changed = await saving.perform(() => client.callbacks.note({ id: item.id, tags, note }))
    if (!changed) return
    stores.callbacks.getState().replace(changed)
    onClose()
  }
  return (
    <form
      aria-label="Tags and note"
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack gap="xs">
        <TagsInput
          label="Tags"
          placeholder="Enter ends a tag"
          value={tags}
          onChange={changed => setTags(changed.map(tag => tag.trim().slice(0, 40)).filter(Boolean))}
          maxTags={20}
          size="sm"
        />
        <Textarea
          label="Note"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={10_000}
          value={note}
          onChange={event => setNote(event.currentTarget.value)}
        />
        <FaultAlert fault={saving.fault} />
        <Group gap="xs" justify="flex-end">
          <Button size="xs" variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button size="xs" type="submit" loading={saving.busy}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
