import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconMessage2Up } from '@tabler/icons-react'
import { useState } from 'react'
import type { SandboxStatus } from '#shared/model/app.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useValue } from '../state/stores.ts'
import { SandboxDeliveries } from './sandbox-deliveries.tsx'

type Texted = SandboxStatus & { phone: NonNullable<SandboxStatus['phone']> }
type Outcome = Awaited<ReturnType<ReturnType<typeof useClient>['sandbox']['text']>>

/** A pretend phone that texts to a sandbox with an account here, so that the sandbox calls the addresses in its settings. */
export function SandboxText() {
  const [isOpen, setOpen] = useState(false)
  const sandboxes = (useValue('sandboxes') ?? []).filter(isTexted)
  if (sandboxes.length === 0) return null
  return (
    <>
      <Button variant="default" leftSection={<IconMessage2Up size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Text to the sandbox
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="Text to the sandbox" size={500}>
        <Phone sandboxes={sandboxes} onClose={() => setOpen(false)} />
      </Modal>
    </>
  )
}

function Phone({ sandboxes, onClose }: { sandboxes: Texted[]; onClose: () => void }) {
  const client = useClient()
  const providers = useValue('providers') ?? []
  const [chosen, setChosen] = useState(sandboxes[0]?.provider ?? null)
  const [text, setText] = useState<string>()
  const [outcome, setOutcome] = useState<Outcome>()
  const texting = useAction()
  const sandbox = sandboxes.find(({ provider }) => provider === chosen)
  const nameOf = (id: string) => providers.find(card => card.id === id)?.name ?? id
  const words = text ?? sandbox?.phone.example ?? ''

  const send = async () => {
    if (!sandbox) return
    setOutcome(await texting.perform(() => client.sandbox.text({ provider: sandbox.provider, text: words })))
  }

  return (
    <form
      noValidate
      aria-label="Text to the sandbox"
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          A pretend phone texts, and the sandbox calls the addresses in its settings. Nothing is sent.
        </Text>
        {sandboxes.length > 1 && (
          <Select
            label="Sandbox"
            data={sandboxes.map(({ provider }) => ({ value: provider, label: nameOf(provider) }))}
            value={chosen}
            onChange={next => {
              setChosen(next)
              setText(undefined)
              setOutcome(undefined)
              texting.clear()
            }}
            allowDeselect={false}
          />
        )}
        <TextInput
          label="Text"
          description={sandbox?.phone.help}
          value={words}
          maxLength={1000}
          data-autofocus
          onChange={event => {
            setText(event.currentTarget.value)
            texting.clear()
          }}
        />
        {outcome && <Answer {...outcome} />}
        <FaultAlert fault={texting.fault} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Close
          </Button>
          <Button type="submit" loading={texting.busy} disabled={words.trim() === ''}>
            Send
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Answer({ replies, deliveries }: Outcome) {
  return (
    <Stack gap="sm" aria-live="polite">
      <Text size="sm" fw={600}>
        {replies.length === 0 ? 'The phone got no answer.' : 'The phone got:'}
      </Text>
      {replies.map((reply, index) => (
        <Text key={index} size="sm" className="pb-break">
          {reply}
        </Text>
      ))}
      <SandboxDeliveries deliveries={deliveries} />
    </Stack>
  )
}

function isTexted(sandbox: SandboxStatus): sandbox is Texted {
  return sandbox.accountId !== null && sandbox.phone !== null
}
