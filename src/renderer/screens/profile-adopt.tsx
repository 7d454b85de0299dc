import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { Account } from '#shared/model/account.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { counted } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { accountsByName, kindsByName, namingField, suggestedName } from '../state/by-name.ts'
import { providerOf } from '../state/lookups.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'

type Props = { accountId: string | undefined; onClose: () => void; onAdopted: (accountId: string) => void }

/** Takes over what the provider cannot list: the person says its name, and what has that name there is read. */
export function ProfileAdopt({ accountId, onClose, onAdopted }: Props) {
  const all = useValue('accounts') ?? []
  const accounts = accountsByName(all, useValue('providers'))
  const [picked, setPicked] = useState(accountId)
  const account = accounts.find(known => known.id === picked) ?? accounts[0]
  return (
    <SidePanel title="Add by name" under="Nothing is changed at the provider." onClose={onClose}>
      <Stack gap="md">
        {accounts.length > 1 && (
          <Select
            label="Account"
            data={accounts.map(known => ({ value: known.id, label: known.label }))}
            value={account?.id ?? null}
            onChange={chosen => setPicked(chosen ?? undefined)}
            allowDeselect={false}
          />
        )}
        {account && <NameForm key={account.id} account={account} onClose={onClose} onAdopted={onAdopted} />}
        {!account && <Text size="sm">The providers of your accounts list everything: pull reads it.</Text>}
      </Stack>
    </SidePanel>
  )
}

type FormProps = { account: Account; onClose: () => void; onAdopted: (accountId: string) => void }

function NameForm({ account, onClose, onAdopted }: FormProps) {
  const client = useClient()
  const stores = useStores()
  const provider = providerOf(useValue('providers'), account)
  const profiles = useValue('profiles') ?? []
  const [name, setName] = useState(() => suggestedName(account, provider, profiles))
  const [problem, setProblem] = useState<string>()
  const adopting = useAction()
  const card = namingField(provider)
  const kinds = kindsByName(provider).map(kind => kind.label.toLowerCase())

  const adopt = async () => {
    if (name.trim() === '') return setProblem('A name is needed.')
    const found = await adopting.perform(() => client.profiles.adopt({ accountId: account.id, name: name.trim() }))
    if (!found) return
    await stores.profiles.getState().reload()
    notifications.show({ message: `${name.trim()}: ${counted(found.length, 'profile')} read.`, color: 'enamel' })
    onAdopted(account.id)
  }
  const isNamed = adopting.fault?.field === 'name' || adopting.fault?.field === card?.name
  return (
    <form
      noValidate
      aria-label="Add by name"
      onSubmit={event => {
        event.preventDefault()
        void adopt()
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {provider?.name} cannot list what the account has. What has this name there is read and shown here:{' '}
          {kinds.join(', ')}.
        </Text>
        <TextInput
          label="Name"
          description={card && `${card.label}: ${card.help ?? ''}`}
          placeholder={card?.example}
          value={name}
          onChange={event => {
            setName(event.currentTarget.value)
            setProblem(undefined)
            adopting.clear()
          }}
          error={problem ?? (isNamed ? adopting.fault?.message : undefined)}
          classNames={{ input: 'pb-mono' }}
          spellCheck={false}
          autoComplete="off"
          required
        />
        <FaultAlert fault={adopting.fault} />
        <Group gap="xs">
          <Button type="submit" loading={adopting.busy}>
            Add
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
