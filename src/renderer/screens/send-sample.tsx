import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconSend } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Deliveries } from '#shared/model/lab.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import { problemOfFault, problemsOf, type Draft, type Problems } from '../forms/form-model.ts'
import { useFirstWrong } from '../forms/first-wrong.ts'
import { SchemaForm } from '../forms/schema-form.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useValue } from '../state/stores.ts'
import { problemOfUrl } from '../state/targets.ts'
import { DeliveriesInput, simulatedWords } from './callback-deliveries.tsx'
import { WhereTo, type Destination } from './where-to.tsx'

/** Sends one of a provider's samples through the real listener. */
export function SendSample() {
  const [isOpen, setOpen] = useState(false)
  const providers = (useValue('providers') ?? []).filter(card => card.samples.length > 0)
  if (providers.length === 0) return null
  return (
    <>
      <Button leftSection={<IconSend size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Send a sample
      </Button>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title="Send a sample" size={500}>
        <SampleForm providers={providers} onClose={() => setOpen(false)} />
      </Modal>
    </>
  )
}

function SampleForm({ providers, onClose }: { providers: ProviderCard[]; onClose: () => void }) {
  const client = useClient()
  const [providerId, setProviderId] = useState(providers[0]?.id ?? null)
  const provider = providers.find(card => card.id === providerId)
  const accounts = useValue('accounts') ?? []
  const endpoints = (useValue('endpoints') ?? []).filter(
    ({ accountId }) => accounts.find(account => account.id === accountId)?.provider === providerId
  )
  const [sampleId, setSampleId] = useState(provider?.samples[0]?.id ?? null)
  const [endpointId, setEndpointId] = useState<string | null>(null)
  const isListening = useValue('listener')?.state === 'listening'
  const [draft, setDraft] = useState<Draft>({})
  const [problems, setProblems] = useState<Problems>({})
  const [deliveries, setDeliveries] = useState<Deliveries>()
  const [destination, setDestination] = useState<Destination>({ to: 'listener', url: '' })
  const [urlProblem, setUrlProblem] = useState<string>()
  const sending = useAction()
  const { begin, stop } = useStop()
  const form = useRef<HTMLFormElement>(null)
  const showFirstWrong = useFirstWrong(form)
  const isElsewhere = destination.to === 'address'
  const sample = provider?.samples.find(card => card.id === sampleId) ?? provider?.samples[0]
  // Every field has a default, so that none is needed here.
  const fields = (sample?.fields ?? []).map(card => ({ ...card, required: false }))

  const send = async () => {
    const wrong = problemsOf(fields, draft)
    setProblems(wrong)
    const wrongUrl = isElsewhere ? problemOfUrl(destination.url) : undefined
    setUrlProblem(wrongUrl)
    if (wrongUrl !== undefined || Object.keys(wrong).length > 0) return showFirstWrong()
    if (!provider || !sample) return
    const given = Object.entries(draft).filter(([, value]) => value !== '')
    const input = {
      provider: provider.id,
      sample: sample.id,
      endpointId: endpointId ?? endpoints[0]?.id,
      to: isElsewhere ? destination.url.trim() : undefined,
      fields: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
      deliveries
    }
    const signal = begin()
    const result = await sending.perform(async () => {
      if (!isListening && !isElsewhere) await client.listener.start({})
      return client.callbacks.simulate(input, { signal })
    })
    if (!result) return
    notifications.show({ message: simulatedWords(result), color: 'enamel', autoClose: 8000 })
    onClose()
  }

  return (
    <form
      noValidate
      ref={form}
      aria-label="Send a sample"
      onSubmit={event => {
        event.preventDefault()
        void send()
      }}
    >
      <Stack gap="md">
        {providers.length > 1 && (
          <Select
            label="Provider"
            data={providers.map(card => ({ value: card.id, label: card.name }))}
            value={providerId}
            onChange={chosen => {
              setProviderId(chosen)
              setSampleId(null)
              setEndpointId(null)
              setDraft({})
            }}
            allowDeselect={false}
          />
        )}
        <Select
          label="Sample"
          data={provider?.samples.map(card => ({ value: card.id, label: card.label })) ?? []}
          value={sample?.id ?? null}
          onChange={chosen => {
            setSampleId(chosen)
            setDraft({})
          }}
          description={sample?.help}
          allowDeselect={false}
        />
        {endpoints.length > 1 && (
          <Select
            label="Endpoint"
            data={endpoints.map(endpoint => ({ value: endpoint.id, label: endpoint.label }))}
            value={endpointId ?? endpoints[0]?.id ?? null}
            onChange={setEndpointId}
            allowDeselect={false}
          />
        )}
        <WhereTo
          value={destination}
          onChange={setDestination}
          listener="The listener here: it is caught like any other callback"
          problem={urlProblem}
        />
        {fields.length > 0 && (
          <Text size="xs" c="dimmed">
            Fields that are left empty get a realistic value.
          </Text>
        )}
        <SchemaForm
          fields={fields}
          draft={draft}
          onChange={setDraft}
          problems={{ ...problemOfFault(fields, sending.fault), ...problems }}
        />
        <DeliveriesInput value={deliveries} onChange={setDeliveries} />
        <FaultAlert fault={sending.fault} />
        <Group justify="flex-end" gap="xs" className="pb-dialog-foot">
          <Text size="xs" c="dimmed" mr="auto">
            {sending.busy
              ? 'It ends when it is stopped, or when this is closed.'
              : !isListening && !isElsewhere && 'This starts the listener.'}
          </Text>
          <Button
            variant="default"
            onClick={() => {
              stop()
              onClose()
            }}
          >
            {sending.busy ? 'Stop' : 'Cancel'}
          </Button>
          <Button type="submit" loading={sending.busy}>
            Send
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Ends what is under way, at the latest when its form is gone: repeats can go on for an hour. */
function useStop() {
  const current = useRef<AbortController>(undefined)
  const stop = useCallback(() => current.current?.abort(), [])
  useEffect(() => stop, [stop])
  const begin = () => {
    current.current = new AbortController()
    return current.current.signal
  }
  return { begin, stop }
}
