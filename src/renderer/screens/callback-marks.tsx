import { Group, Stack, TagsInput, Text, Textarea } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { SaveBar } from '../parts/save-bar.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'
import { closeDialog } from './callback-route.ts'

/** The tags and the note that people gave a callback. */
export function CallbackMarks({ item, isEditing }: { item: CallbackSummary; isEditing: boolean }) {
  const { tags, note } = item
  if (isEditing) return <MarksForm item={item} />
  if (tags.length === 0 && note === '') return null
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
    </Group>
  )
}

function MarksForm({ item }: { item: CallbackSummary }) {
  const client = useClient()
  const stores = useStores()
  const [tags, setTags] = useState(item.tags)
  const [note, setNote] = useState(item.note)
  const saving = useAction()
  const first = useRef<HTMLInputElement>(null)
  useEffect(() => first.current?.focus(), [])
  const save = async () => {
    const changed = await saving.perform(() => client.callbacks.note({ id: item.id, tags, note }))
    if (!changed) return
    stores.callbacks.getState().replace(changed)
    closeDialog()
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
          ref={first}
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
        <SaveBar saving={saving} onCancel={closeDialog} />
      </Stack>
    </form>
  )
}
