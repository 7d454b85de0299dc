import { Checkbox, TextInput } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconHandStop } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { Guard } from '#shared/model/plan.ts'
import { Note } from '../parts/note.tsx'
import { useStores } from '../state/stores.ts'

/** A delete is confirmed by typing what is deleted. */
export function DeleteGuard({ guard, title, confirm }: { guard: Guard; title: string; confirm: string }) {
  const { plan } = useStores()
  const isConfirmed = useStore(plan, state => state.confirmed.includes(confirm))
  const [typed, setTyped] = useState(isConfirmed ? title : '')
  const type = (text: string) => {
    setTyped(text)
    const isSame = text.trim() === title
    if (isSame !== isConfirmed) plan.getState().confirm(confirm, isSame)
  }
  return (
    <Note tone="red" icon={isConfirmed ? IconCheck : IconAlertTriangle} title={guard.message}>
      <TextInput
        label={`Type “${title}” to confirm`}
        value={typed}
        onChange={event => type(event.currentTarget.value)}
        mt={6}
        maw={340}
        autoComplete="off"
        spellCheck={false}
      />
    </Note>
  )
}

/** A plan that changes much of an account waits for a second look. */
export function BrakeGuard({ guard }: { guard: Guard }) {
  const { plan } = useStores()
  const { confirm } = guard
  const isConfirmed = useStore(plan, state => confirm !== null && state.confirmed.includes(confirm))
  return (
    <Note tone="amber" icon={IconHandStop} title={guard.message}>
      {confirm !== null && (
        <Checkbox
          mt={6}
          label="I have looked at the changes and want all of them"
          checked={isConfirmed}
          onChange={event => plan.getState().confirm(confirm, event.currentTarget.checked)}
        />
      )}
    </Note>
  )
}
