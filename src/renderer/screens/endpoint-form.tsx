import { Button, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useState } from 'react'
import type { EndpointView, SignatureScheme } from '#shared/model/callback.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores } from '../state/stores.ts'

type KeyedScheme = Exclude<SignatureScheme, 'provider'>

export const schemeNames: Record<KeyedScheme, string> = {
  'standard-webhooks': 'Standard Webhooks',
  telnyx: 'Telnyx'
}

const keyHelp: Record<KeyedScheme, string> = {
  'standard-webhooks': 'The signing secret that the sender shows: whsec_… or, for a public key, whpk_…',
  telnyx: 'The public key from “Keys & Credentials” in the Telnyx portal.'
}

type Props = {
  endpoint: EndpointView
  /** The name of its account's provider. */
  provider: string | undefined
  onClose: () => void
}

/** An endpoint's name, public address, and how its callbacks are checked. The key leaves this form only towards the vault. */
export function EndpointForm({ endpoint, provider, onClose }: Props) {
  const client = useClient()
  const stores = useStores()
  const [label, setLabel] = useState(endpoint.label)
  const [publicUrl, setPublicUrl] = useState(endpoint.publicUrl ?? '')
  const [scheme, setScheme] = useState(endpoint.scheme)
  const [key, setKey] = useState('')
  const saving = useAction()
  const problemOf = (field: string) => (saving.fault?.field === field ? saving.fault.message : undefined)

  const save = async () => {
    const given = key.trim()
    const saved = await saving.perform(() =>
      client.endpoints.update({
        id: endpoint.id,
        label,
        publicUrl: publicUrl.trim() === '' ? null : publicUrl,
        scheme,
        ...(scheme !== 'provider' && given !== '' && { secrets: { key: given } })
      })
    )
    // Whatever came of it, no key stays in the page.
    setKey('')
    if (!saved) return
    await stores.endpoints.getState().reload()
    onClose()
  }

  return (
    <form
      noValidate
      aria-label={`Edit ${endpoint.label}`}
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack gap="xs" mt="sm">
        <TextInput
          label="Name"
          value={label}
          onChange={event => setLabel(event.currentTarget.value)}
          error={problemOf('label')}
          maxLength={80}
          required
        />
        <TextInput
          label="Public URL"
          description="The address of a tunnel that leads here, such as ngrok’s. Leave it empty where there is none."
          placeholder="https://example.ngrok.app"
          value={publicUrl}
          onChange={event => setPublicUrl(event.currentTarget.value)}
          error={problemOf('publicUrl')}
          classNames={{ input: 'pb-mono' }}
          spellCheck={false}
          inputMode="url"
        />
        <Select
          label="Callbacks are signed"
          data={[
            { value: 'provider', label: provider ? `As ${provider} does` : 'By nobody that is known' },
            ...Object.entries(schemeNames).map(([value, name]) => ({ value, label: `By ${name}` }))
          ]}
          value={scheme}
          onChange={chosen => {
            setScheme((chosen ?? 'provider') as SignatureScheme)
            setKey('')
          }}
          allowDeselect={false}
        />
        {scheme !== 'provider' && (
          <PasswordInput
            label="Key"
            name="key"
            description={keyHelp[scheme]}
            placeholder={isKept(endpoint, scheme) ? 'Saved. Enter another to replace it' : 'Goes to the vault'}
            value={key}
            onChange={event => setKey(event.currentTarget.value)}
            error={problemOf('key')}
            leftSection={<IconLock size={15} aria-hidden />}
            autoComplete="off"
          />
        )}
        <FaultAlert fault={saving.fault} onClose={saving.clear} />
        <Group gap="xs">
          <Button type="submit" size="xs" disabled={label.trim() === ''} loading={saving.busy}>
            Save
          </Button>
          <Button size="xs" variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The key of another scheme is forgotten with it. */
function isKept(endpoint: EndpointView, scheme: SignatureScheme): boolean {
  return endpoint.hasKey && endpoint.scheme === scheme
}
