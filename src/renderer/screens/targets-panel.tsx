import { ActionIcon, Anchor, Button, Group, Stack, Switch, Text, TextInput, Title, Tooltip } from '@mantine/core'
import { IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { Target } from '#shared/model/attempt.ts'
import type { EndpointView } from '#shared/model/callback.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { SaveBar } from '../parts/save-bar.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { useAction } from '../state/action.ts'
import { hrefOf } from '../state/route.ts'
import { useClient, useReadFault, useStores, useValue } from '../state/stores.ts'
import { problemOfUrl, targetsOf } from '../state/targets.ts'
import { RemoveButton } from './remove-button.tsx'

/** Where the callbacks of each endpoint are sent on to. `endpointId`: only this one. */
export function TargetsPanel({ endpointId, onClose }: { endpointId: string | undefined; onClose: () => void }) {
  const endpoints = (useValue('endpoints') ?? []).filter(({ id }) => endpointId === undefined || id === endpointId)
  const readFault = useReadFault('targets')
  return (
    <SidePanel
      title="Targets"
      under="Where a caught callback is sent on to. The sender does not wait for it."
      onClose={onClose}
    >
      <Stack gap="lg">
        <Text size="sm" c="dimmed">
          Each target gets the whole callback, up to five times until it answers with 2xx. What is not rightly signed,
          or could not be checked, is held back unless a rule says otherwise. http leads to this computer only, https
          anywhere.
        </Text>
        <FaultAlert fault={readFault} />
        {endpoints.length === 0 && (
          <Text size="sm">
            There is no endpoint yet.{' '}
            <Anchor href={hrefOf('callbacks', undefined, { panel: 'endpoints' })}>Add one first</Anchor>
          </Text>
        )}
        {endpoints.map(endpoint => (
          <EndpointTargets key={endpoint.id} endpoint={endpoint} />
        ))}
      </Stack>
    </SidePanel>
  )
}

function EndpointTargets({ endpoint }: { endpoint: EndpointView }) {
  const targets = targetsOf(useValue('targets'), endpoint.id)
  const [isAdding, setAdding] = useState(false)
  return (
    <section aria-label={`Targets of ${endpoint.label}`}>
      <Title order={3} mb={6}>
        {endpoint.label}
      </Title>
      <Stack gap="xs">
        {targets.length === 0 && (
          <Text size="sm" c="dimmed">
            Its callbacks are not sent on.
          </Text>
        )}
        {targets.map(target => (
          <TargetCard key={target.id} target={target} />
        ))}
        {isAdding ? (
          <TargetForm endpointId={endpoint.id} onClose={() => setAdding(false)} />
        ) : (
          <Group>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={15} aria-hidden />}
              aria-label={`Add a target to ${endpoint.label}`}
              onClick={() => setAdding(true)}
            >
              Add a target
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  )
}

function TargetCard({ target }: { target: Target }) {
  const client = useClient()
  const stores = useStores()
  const [isEditing, setEditing] = useState(false)
  const changing = useAction()
  const change = async (call: () => Promise<unknown>) => {
    await changing.perform(call)
    void stores.targets.getState().reload()
  }
  if (isEditing) return <TargetForm endpointId={target.endpointId} target={target} onClose={() => setEditing(false)} />
  return (
    <div className="pb-card" style={{ padding: '8px 12px' }}>
      <Group gap="xs" wrap="nowrap">
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text size="sm" fw={600} className="pb-break">
            {target.label}
          </Text>
          {target.label !== target.url && (
            <Text size="xs" c="dimmed" className="pb-mono pb-break">
              {target.url}
            </Text>
          )}
        </div>
        <Switch
          label={target.enabled ? 'On' : 'Off'}
          aria-label={`Send on to ${target.label}`}
          checked={target.enabled}
          disabled={changing.busy}
          onChange={event => {
            const enabled = event.currentTarget.checked
            void change(() => client.targets.update({ id: target.id, enabled }))
          }}
        />
        <Tooltip label="Edit this target">
          <ActionIcon size="sm" aria-label={`Edit ${target.label}`} onClick={() => setEditing(true)}>
            <IconPencil size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <RemoveButton
          name={target.label}
          title={`Remove the target “${target.label}”?`}
          about="Nothing more is sent to it, also not what still waits. What it answered stays."
          remove={() => client.targets.remove({ id: target.id })}
          onRemoved={() => void stores.targets.getState().reload()}
        />
      </Group>
      <FaultAlert fault={changing.fault} />
    </div>
  )
}

type FormProps = { endpointId: string; target?: Target; onClose: () => void }

function TargetForm({ endpointId, target, onClose }: FormProps) {
  const client = useClient()
  const stores = useStores()
  const [url, setUrl] = useState(target?.url ?? '')
  const [label, setLabel] = useState(target?.label ?? '')
  const [problem, setProblem] = useState<string>()
  const saving = useAction()
  const save = async () => {
    const wrong = problemOfUrl(url)
    setProblem(wrong)
    if (wrong !== undefined) return
    const name = label.trim() === '' ? undefined : label.trim()
    const saved = await saving.perform(() =>
      target
        ? client.targets.update({ id: target.id, url: url.trim(), label: name })
        : client.targets.add({ endpointId, url: url.trim(), label: name })
    )
    if (!saved) return
    void stores.targets.getState().reload()
    onClose()
  }
  return (
    <form
      noValidate
      aria-label={target ? `Edit ${target.label}` : 'New target'}
      className="pb-card"
      style={{ padding: '10px 12px' }}
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack gap="xs">
        <TextInput
          label="Address"
          placeholder="http://localhost:3000/hooks"
          value={url}
          error={problem}
          onChange={event => setUrl(event.currentTarget.value)}
        />
        <TextInput
          label="Name"
          placeholder="Its host, where it is left empty"
          maxLength={80}
          value={label}
          onChange={event => setLabel(event.currentTarget.value)}
        />
        <SaveBar saving={saving} onCancel={onClose} />
      </Stack>
    </form>
  )
}
