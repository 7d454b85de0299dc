import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import { IconCheck, IconCloudDown, IconPencil, IconPlugConnected, IconTag, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { PullResult } from '#shared/model/plan.ts'
import { Confirm } from '../parts/confirm.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { AccountBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { counted } from '../parts/times.ts'
import { useAction } from '../state/action.ts'
import { kindsByName } from '../state/by-name.ts'
import { isPending, isSandbox, providerOf } from '../state/lookups.ts'
import { go, hrefOf } from '../state/route.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { AccountAbilities } from './account-abilities.tsx'
import { AccountForm } from './account-form.tsx'
import { AccountSchedule } from './account-schedule.tsx'
import { ProviderViews } from './provider-views.tsx'

export function AccountDetail({ account, onClose }: { account: Account; onClose: () => void }) {
  const provider = providerOf(useValue('providers'), account)
  const [isEditing, setEditing] = useState(false)
  return (
    <SidePanel
      title={account.label}
      under={provider?.name ?? account.provider}
      badge={<AccountBadge state={account.state} />}
      onClose={onClose}
    >
      {isEditing && provider ? (
        <AccountForm
          provider={provider}
          account={account}
          onSaved={() => setEditing(false)}
          onCancel={() => setEditing(false)}
        />
      ) : (
        <Stack gap="lg">
          <FaultAlert fault={account.parkedFault} />
          <AccountActions account={account} onEdit={() => setEditing(true)} />
          <AccountFacts account={account} />
          <AccountSchedule account={account} providerName={provider?.name ?? account.provider} />
          <ProviderViews accountId={account.id} views={provider?.views.filter(view => view.kind === null) ?? []} />
          {provider && <AccountAbilities provider={provider} />}
          <AccountRemoval account={account} />
        </Stack>
      )}
    </SidePanel>
  )
}

function AccountActions({ account, onEdit }: { account: Account; onEdit: () => void }) {
  const client = useClient()
  const stores = useStores()
  const testing = useAction()
  const pulling = useAction()
  const [said, setSaid] = useState<string>()
  const [pullFault, setPullFault] = useState<FaultReport>()

  const isByName = kindsByName(providerOf(useValue('providers'), account)).length > 0
  const fault = testing.fault ?? pulling.fault ?? pullFault

  const test = async () => {
    setSaid(undefined)
    const result = await testing.perform(() => client.accounts.test({ id: account.id }))
    if (result) setSaid(result.summary)
    void stores.accounts.getState().reload()
  }
  const pull = async () => {
    setSaid(undefined)
    setPullFault(undefined)
    const [result] = (await pulling.perform(() => client.profiles.pull({ accountId: account.id }))) ?? []
    if (result?.fault) setPullFault(result.fault)
    else if (result) setSaid(pullText(result))
    void stores.profiles.getState().reload()
    void stores.accounts.getState().reload()
  }

  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Button
          variant={account.state === 'untested' ? 'filled' : 'default'}
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          loading={testing.busy}
          onClick={() => void test()}
        >
          Test
        </Button>
        <Button
          variant={account.state === 'ready' && account.pulledMs === null ? 'filled' : 'default'}
          leftSection={<IconCloudDown size={16} aria-hidden />}
          loading={pulling.busy}
          onClick={() => void pull()}
        >
          Pull
        </Button>
        <Button
          variant={account.state === 'parked' ? 'filled' : 'default'}
          leftSection={<IconPencil size={16} aria-hidden />}
          onClick={onEdit}
        >
          Edit
        </Button>
        {isByName && (
          <Button
            variant="default"
            leftSection={<IconTag size={16} aria-hidden />}
            onClick={() => go('profiles', undefined, { account: account.id, adopt: 'yes' })}
          >
            Add by name
          </Button>
        )}
      </Group>
      {said !== undefined && <Note tone="green" icon={IconCheck} title={said} isNews />}
      {fault?.message !== account.parkedFault?.message && <FaultAlert fault={fault} />}
    </Stack>
  )
}

function pullText(result: PullResult): string {
  const parts = [
    result.adopted > 0 && `${result.adopted} new`,
    result.changed > 0 && `${result.changed} changed there`,
    result.removed > 0 && `${result.removed} removed there`
  ].filter(Boolean)
  return `${counted(result.seen, 'profile')} read${parts.length > 0 ? `: ${parts.join(', ')}` : ', nothing new'}.`
}

function AccountFacts({ account }: { account: Account }) {
  const provider = providerOf(useValue('providers'), account)
  const profiles = (useValue('profiles') ?? []).filter(profile => profile.accountId === account.id)
  const pending = profiles.filter(isPending).length
  const labels = new Map(provider?.credentials.fields.map(card => [card.name, card.label]))
  return (
    <dl className="pb-facts">
      <dt>Address</dt>
      <dd className="pb-mono">{isSandbox(account) ? 'Built-in sandbox' : account.baseUrl}</dd>
      {Object.entries(account.fields).map(([name, value]) => (
        <Fact key={name} name={labels.get(name) ?? name} value={value} />
      ))}
      <dt>Secrets</dt>
      <dd>
        {account.secrets.length === 0 ? 'None' : `${counted(account.secrets.length, 'secret')}, kept in the vault`}
      </dd>
      <dt>Profiles</dt>
      <dd>
        <Anchor href={hrefOf('profiles', undefined, { account: account.id })} size="sm">
          {counted(profiles.length, 'profile')}
        </Anchor>
        {pending > 0 && `, ${pending} pending`}
      </dd>
      <dt>Pulled</dt>
      <dd>{account.pulledMs === null ? 'Never' : <TimeAgo atMs={account.pulledMs} />}</dd>
      <dt>Added</dt>
      <dd>
        <TimeAgo atMs={account.createdMs} />
      </dd>
    </dl>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="pb-mono">{value}</dd>
    </>
  )
}

function AccountRemoval({ account }: { account: Account }) {
  const client = useClient()
  const stores = useStores()
  const [isAsking, setAsking] = useState(false)
  const removing = useAction()
  const remove = async () => {
    const removed = await removing.perform(() => client.accounts.remove({ id: account.id }))
    if (!removed) return
    setAsking(false)
    go('accounts')
    void stores.accounts.getState().reload()
    void stores.profiles.getState().reload()
  }
  return (
    <div>
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        leftSection={<IconTrash size={15} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        Remove this account
      </Button>
      <Confirm
        opened={isAsking}
        title={`Remove ${account.label}?`}
        verb="Remove"
        isDangerous
        busy={removing.busy}
        fault={removing.fault}
        onConfirm={() => void remove()}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          Its settings here, their history and its secrets in the vault are removed. Nothing changes at the provider.
        </Text>
      </Confirm>
    </div>
  )
}
