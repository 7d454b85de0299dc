import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconPencil } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Profile } from '#shared/model/profile.ts'
import type { ActionCard } from '#shared/model/provider.ts'
import { useFirstWrong } from '../forms/first-wrong.ts'
import {
  problemOfFault,
  problemsOf,
  settingsOf,
  textOf,
  withoutSecrets,
  type Draft,
  type Problems
} from '../forms/form-model.ts'
import { SchemaForm } from '../forms/schema-form.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { useAction } from '../state/action.ts'
import { isPending } from '../state/lookups.ts'
import { useClient, useStores } from '../state/stores.ts'

type Props = { profile: Profile; action: ActionCard; onClose: () => void }

/** Asks what the action needs, does it once, and says what came of it. */
export function ActionDialog({ profile, action, onClose }: Props) {
  const client = useClient()
  const stores = useStores()
  const [draft, setDraft] = useState<Draft>({})
  const [problems, setProblems] = useState<Problems>({})
  const [isAgreed, setAgreed] = useState(false)
  const [said, setSaid] = useState<string>()
  const acting = useAction()
  const formElement = useRef<HTMLFormElement>(null)
  const showFirstWrong = useFirstWrong(formElement)
  const { fields, confirm } = action

  const act = async () => {
    const wrong = problemsOf(fields, draft)
    setProblems(wrong)
    if (Object.keys(wrong).length > 0) return showFirstWrong()
    const given = Object.entries(settingsOf(fields, draft)).map(([name, value]) => [name, textOf(value)] as const)
    const input = { id: profile.id, action: action.id, values: Object.fromEntries(given) }
    const result = await acting.perform(() => client.profiles.act(input))
    setDraft(now => withoutSecrets(fields, now))
    // To do it a second time is agreed to a second time.
    setAgreed(false)
    if (!result) return showFirstWrong()
    setSaid(result.summary)
    void stores.profiles.getState().reload()
  }

  return (
    <Modal opened onClose={onClose} title={action.label}>
      {said === undefined ? (
        <form
          ref={formElement}
          noValidate
          aria-label={action.label}
          onSubmit={event => {
            event.preventDefault()
            void act()
          }}
        >
          <Stack gap="md">
            <Text size="sm">{action.help}</Text>
            {isPending(profile) && (
              <Note tone="grey" icon={IconPencil}>
                It is done with what the provider has. What is edited here is not there yet.
              </Note>
            )}
            <SchemaForm
              fields={fields}
              draft={draft}
              onChange={next => {
                setDraft(next)
                setProblems({})
                acting.clear()
              }}
              problems={{ ...problemOfFault(fields, acting.fault), ...problems }}
            />
            {confirm !== null && (
              <Note tone="amber" icon={IconAlertTriangle} title={confirm}>
                <Checkbox
                  mt={6}
                  label="I agree to this"
                  checked={isAgreed}
                  onChange={event => setAgreed(event.currentTarget.checked)}
                />
              </Note>
            )}
            <FaultAlert fault={acting.fault} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={acting.busy} disabled={confirm !== null && !isAgreed}>
                {action.label}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack gap="md">
          <Note tone="green" icon={IconCheck} title={/[.!?]$/.test(said) ? said : `${said}.`} isNews />
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              Close
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
