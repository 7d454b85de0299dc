import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Account } from '#shared/model/account.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import { useFirstWrong } from '../forms/first-wrong.ts'
import {
  credentialsOf,
  draftOf,
  problemOfFault,
  problemsOf,
  withoutSecrets,
  type Problems
} from '../forms/form-model.ts'
import { SchemaForm } from '../forms/schema-form.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { isSandbox } from '../state/lookups.ts'
import { useClient, useStores } from '../state/stores.ts'

type Props = {
  provider: ProviderCard
  /** Without one a new account is made. */
  account?: Account
  onSaved: (account: Account) => void
  onCancel?: () => void
}

const custom = 'custom'

/** An account's label, address and credentials. Secrets leave this form only towards the vault. */
export function AccountForm({ provider, account, onSaved, onCancel }: Props) {
  const client = useClient()
  const stores = useStores()
  const { fields } = provider.credentials
  const [firstEndpoint] = provider.endpoints
  const [label, setLabel] = useState(account?.label ?? '')
  const [baseUrl, setBaseUrl] = useState(account?.baseUrl ?? firstEndpoint?.baseUrl ?? '')
  const [draft, setDraft] = useState(() => draftOf(fields, account?.fields ?? {}))
  const [problems, setProblems] = useState<Problems>({})
  const saving = useAction()
  const form = useRef<HTMLFormElement>(null)
  const showFirstWrong = useFirstWrong(form)
  const kept = new Map(account?.secrets.map(secret => [secret.name, secret.version]))

  const save = async () => {
    const wrong = { ...(label.trim() === '' && { label: 'A name is needed.' }), ...problemsOf(fields, draft, kept) }
    setProblems(wrong)
    if (Object.keys(wrong).length > 0) return showFirstWrong()
    const given = { label: label.trim(), baseUrl: baseUrl.trim(), ...credentialsOf(fields, draft) }
    const saved = await saving.perform(() =>
      account
        ? client.accounts.update({ id: account.id, ...given })
        : client.accounts.add({ provider: provider.id, ...given })
    )
    // Whatever came of it, no secret stays in the page.
    setDraft(now => withoutSecrets(fields, now))
    if (!saved) return showFirstWrong()
    await stores.accounts.getState().reload()
    onSaved(saved)
  }

  const named = { ...problemOfFault(fields, saving.fault), ...problems }
  return (
    <form
      noValidate
      ref={form}
      aria-label={account ? `Edit ${account.label}` : 'New account'}
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          description="For you: where this account is used."
          placeholder={`${provider.name} main account`}
          value={label}
          onChange={event => {
            setLabel(event.currentTarget.value)
            setProblems(({ label: _label, ...others }) => others)
          }}
          error={problems['label'] ?? (saving.fault?.field === 'label' ? saving.fault.message : undefined)}
          maxLength={80}
          required
        />
        {!(account && isSandbox(account)) && (
          <EndpointPicker
            provider={provider}
            value={baseUrl}
            onChange={setBaseUrl}
            problem={saving.fault?.field === 'baseUrl' ? saving.fault.message : undefined}
          />
        )}
        <SchemaForm
          fields={fields}
          draft={draft}
          onChange={next => {
            setDraft(next)
            setProblems({})
          }}
          problems={named}
          kept={kept}
          isMade={account !== undefined}
        />
        <Group gap={6} wrap="nowrap" c="dimmed">
          <IconLock size={15} aria-hidden />
          <Text size="xs">Secrets go to the vault and are not shown again.</Text>
        </Group>
        <FaultAlert fault={saving.fault} onClose={saving.clear} />
        <Group gap="xs">
          <Button type="submit" loading={saving.busy}>
            {account ? 'Save' : 'Add'}
          </Button>
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}

type EndpointProps = { provider: ProviderCard; value: string; onChange: (baseUrl: string) => void; problem?: string }

function EndpointPicker({ provider, value, onChange, problem }: EndpointProps) {
  const isKnown = provider.endpoints.some(known => known.baseUrl === value)
  const [isCustom, setCustom] = useState(!isKnown)
  const options = provider.endpoints.map(known => ({ value: known.baseUrl, label: known.label }))
  return (
    <>
      <Select
        label="Address of the provider"
        data={[...options, { value: custom, label: 'Another address…' }]}
        value={isCustom ? custom : value}
        onChange={chosen => {
          setCustom(chosen === custom)
          if (chosen !== custom) onChange(chosen ?? '')
        }}
        description={isCustom ? undefined : value}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        error={isCustom ? undefined : problem}
        allowDeselect={false}
      />
      {isCustom && (
        <TextInput
          label="Base URL"
          value={value}
          onChange={event => onChange(event.currentTarget.value)}
          placeholder="https://api.example.com"
          error={problem}
          classNames={{ input: 'pb-mono' }}
          spellCheck={false}
          required
        />
      )}
    </>
  )
}
