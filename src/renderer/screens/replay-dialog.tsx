import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Attempt } from '#shared/model/attempt.ts'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { useFirstWrong } from '../forms/first-wrong.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { replayDraftOf, replayOrderOf } from '../state/attempts.ts'
import { useClient } from '../state/stores.ts'
import { problemOfUrl } from '../state/targets.ts'
import { AttemptAnswer, AttemptBadge } from './attempt-card.tsx'
import { closeDialog } from './callback-route.ts'
import { ReplayForm } from './replay-form.tsx'

type Props = { detail: CallbackDetail; onSent: () => void }

/** Sends a callback again, as it came or changed, and shows what came back. */
export function ReplayDialog({ detail, onSent }: Props) {
  const client = useClient()
  const [draft, setDraft] = useState(() => replayDraftOf(detail))
  const [attempt, setAttempt] = useState<Attempt>()
  const [urlProblem, setUrlProblem] = useState<string>()
  const form = useRef<HTMLFormElement>(null)
  const showFirstWrong = useFirstWrong(form)
  const sending = useAction()
  const send = async () => {
    const problem = draft.to === 'address' ? problemOfUrl(draft.url) : undefined
    setUrlProblem(problem)
    if (problem !== undefined) return showFirstWrong()
    const done = await sending.perform(() => client.callbacks.replay(replayOrderOf(draft, detail)))
    onSent()
    if (done) setAttempt(done)
  }
  return (
    <Modal opened onClose={closeDialog} title={`Send number ${detail.id} again`} size={720}>
      {attempt ? (
        <Sent attempt={attempt} onAgain={() => setAttempt(undefined)} />
      ) : (
        <form
          noValidate
          ref={form}
          aria-label="Send again"
          onSubmit={event => {
            event.preventDefault()
            void send()
          }}
        >
          <Stack gap="md">
            <ReplayForm detail={detail} draft={draft} onChange={setDraft} urlProblem={urlProblem} />
            <FaultAlert fault={sending.fault} />
            <Group justify="flex-end" gap="xs" className="pb-dialog-foot">
              <Button variant="default" onClick={closeDialog}>
                Cancel
              </Button>
              <Button type="submit" loading={sending.busy} leftSection={<IconArrowBackUp size={16} aria-hidden />}>
                Send
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}

function Sent({ attempt, onAgain }: { attempt: Attempt; onAgain: () => void }) {
  return (
    <Stack gap="sm">
      <output>
        <Group gap="xs">
          <AttemptBadge attempt={attempt} />
          <Text size="sm" className="pb-mono pb-break">
            {attempt.method} {attempt.url}
          </Text>
        </Group>
      </output>
      <FaultAlert fault={attempt.fault} />
      {attempt.status !== null && <AttemptAnswer attempt={attempt} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onAgain}>
          Send once more
        </Button>
        <Button onClick={closeDialog}>Close</Button>
      </Group>
    </Stack>
  )
}
