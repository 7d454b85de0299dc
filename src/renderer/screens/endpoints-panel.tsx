import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Tooltip } from '@mantine/core'
import { IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { EndpointView } from '#shared/model/callback.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { useAction } from '../state/action.ts'
import { providerOf } from '../state/lookups.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { EndpointForm, schemeNames } from './endpoint-form.tsx'
import { RemoveButton } from './remove-button.tsx'

/** The paths of the listener: one belongs to each account, others can be made for tests. */
export function EndpointsPanel({ onClose }: { onClose: () => void }) {
  const endpoints = useValue('endpoints') ?? []
  return (
    <SidePanel title="Endpoints" under="An address is secret: whoever knows it can post to it." onClose={onClose}>
      <Stack gap="sm">
        {endpoints.length === 0 && (
          <Text size="sm" c="dimmed">
            There is no endpoint yet.
          </Text>
        )}
        {endpoints.map(endpoint => (
          <EndpointCard key={endpoint.id} endpoint={endpoint} />
        ))}
        <EndpointAdd />
      </Stack>
    </SidePanel>
  )
}

function EndpointCard({ endpoint }: { endpoint: EndpointView }) {
  const client = useClient()
  const stores = useStores()
  const account = useValue('accounts')?.find(known => known.id === endpoint.accountId)
  const provider = providerOf(useValue('providers'), account)
  const https = useValue('listenerHttps')
  const secure = https?.state === 'listening' ? `https://localhost:${https.port}/in/${endpoint.key}` : undefined
  const [isEditing, setEditing] = useState(false)
  return (
    <section className="pb-card" style={{ padding: '10px 12px' }} aria-label={endpoint.label}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={600} className="pb-break">
          {endpoint.label}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Tooltip label="Edit this endpoint">
            <ActionIcon
              size="sm"
              aria-label={`Edit ${endpoint.label}`}
              aria-expanded={isEditing}
              onClick={() => setEditing(!isEditing)}
            >
              <IconPencil size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <RemoveButton
            name={endpoint.label}
            title={`Remove the endpoint “${endpoint.label}”?`}
            about="Its address catches nothing from then on, and its rules, targets and key go with it. What it caught stays. A new endpoint gets another address."
            remove={() => client.endpoints.remove({ id: endpoint.id })}
            onRemoved={() => {
              for (const name of ['endpoints', 'rules', 'targets'] as const) void stores[name].getState().reload()
            }}
          />
        </Group>
      </Group>
      {account && account.label !== endpoint.label && (
        <Text size="xs" c="dimmed">
          Belongs to {account.label}
        </Text>
      )}
      <Text size="xs" c="dimmed">
        {checkOf(endpoint, provider)}
      </Text>
      {endpoint.publicAddress !== null && (
        <Address value={endpoint.publicAddress} copy={`the public address of ${endpoint.label}`} />
      )}
      <Address
        value={endpoint.url ?? `/in/${endpoint.key}`}
        copy={endpoint.url === null ? undefined : `the address of ${endpoint.label}`}
      />
      {secure !== undefined && <Address value={secure} copy={`the https address of ${endpoint.label}`} />}
      {endpoint.url === null && (
        <Text size="xs" c="dimmed">
          The address is complete once the listener runs.
        </Text>
      )}
      {isEditing && <EndpointForm endpoint={endpoint} provider={provider?.name} onClose={() => setEditing(false)} />}
    </section>
  )
}

function checkOf({ scheme, hasKey }: EndpointView, provider: ProviderCard | undefined): string {
  if (scheme === 'provider') {
    const signing = provider?.capabilities.find(({ id }) => id === 'signed-callbacks')
    if (signing?.state === 'cannot' && signing.reason !== undefined) return signing.reason
    return provider ? `Checked as ${provider.name} signs` : 'Not checked: it belongs to no account'
  }
  return `Checked by ${schemeNames[scheme]}, ${hasKey ? 'with a saved key' : 'but no key is saved yet'}`
}

function Address({ value, copy }: { value: string; copy: string | undefined }) {
  return (
    <Group gap={6} wrap="nowrap" mt={4}>
      <span className="pb-mono pb-break" style={{ fontSize: 12.5, flex: 1 }}>
        {value}
      </span>
      {copy !== undefined && <CopyButton value={value} what={copy} />}
    </Group>
  )
}

function EndpointAdd() {
  const client = useClient()
  const stores = useStores()
  const accounts = useValue('accounts') ?? []
  const [label, setLabel] = useState('')
  const [accountId, setAccountId] = useState<string | null>(null)
  const adding = useAction()
  const add = async () => {
    const added = await adding.perform(() => client.endpoints.add({ label, accountId: accountId ?? undefined }))
    if (!added) return
    setLabel('')
    void stores.endpoints.getState().reload()
  }
  return (
    <form
      aria-label="Add an endpoint"
      onSubmit={event => {
        event.preventDefault()
        void add()
      }}
    >
      <Stack gap="xs" mt="sm">
        <TextInput
          label="New endpoint"
          placeholder="What it is for"
          value={label}
          onChange={event => setLabel(event.currentTarget.value)}
          maxLength={80}
        />
        <Select
          label="Account"
          description="Decides how its callbacks are read and checked."
          placeholder="None"
          data={accounts.map(account => ({ value: account.id, label: account.label }))}
          value={accountId}
          onChange={setAccountId}
          clearable
        />
        <FaultAlert fault={adding.fault} />
        <Group>
          <Button
            type="submit"
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            disabled={label.trim() === ''}
            loading={adding.busy}
          >
            Add endpoint
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
