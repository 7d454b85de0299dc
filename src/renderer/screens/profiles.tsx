import { Button, Group, Select, TextInput } from '@mantine/core'
import { IconCloudDown, IconPlus, IconSearch, IconTag } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { ProfileState } from '#shared/model/profile.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { accountsByName } from '../state/by-name.ts'
import { countByState, providerOf } from '../state/lookups.ts'
import { filteredRows, profileRows } from '../state/profile-rows.ts'
import { go, hrefOf, useRoute } from '../state/route.ts'
import { useReadFault, useValue } from '../state/stores.ts'
import { ProfileAdopt } from './profile-adopt.tsx'
import { ProfileEditor } from './profile-editor.tsx'
import { ProfileNew } from './profile-new.tsx'
import { ProfilesTable } from './profiles-table.tsx'
import { StateFilter } from './state-filter.tsx'
import { usePull } from './use-pull.ts'

export function Profiles() {
  const { id, query } = useRoute()
  const accounts = useValue('accounts')
  const providers = useValue('providers')
  const profiles = useValue('profiles')
  const readFault = useReadFault('profiles')
  const pull = usePull()
  const [search, setSearch] = useState('')
  const [state, setState] = useState<ProfileState>()
  const accountId = query['account']
  const inAccount = useMemo(
    () => (profiles ?? []).filter(profile => accountId === undefined || profile.accountId === accountId),
    [profiles, accountId]
  )
  const rows = useMemo(
    () => filteredRows(profileRows(inAccount, accounts ?? [], providers), { search, state }),
    [inAccount, accounts, providers, search, state]
  )
  const open = profiles?.find(profile => profile.id === id)
  const isNew = query['new'] !== undefined
  const close = () => go('profiles', undefined, { account: accountId })
  const isFiltered = search !== '' || state !== undefined
  const isAdopting = query['adopt'] !== undefined
  const inView = (accounts ?? []).filter(account => accountId === undefined || account.id === accountId)
  const byName = accountsByName(inView, providers)
  const askName = () => go('profiles', undefined, { account: accountId, adopt: 'yes' })
  const unlisted = inView.length > 0 && byName.length === inView.length ? providerOf(providers, byName[0]) : undefined

  return (
    <div className="pb-screen-fill">
      <PageHead
        title="Profiles"
        about="Edits are saved here at once and sent only when a plan is applied."
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconCloudDown size={16} aria-hidden />}
              loading={pull.busy}
              onClick={() => void pull.pull(accountId)}
            >
              Pull
            </Button>
            {byName.length > 0 && (
              <Button variant="default" leftSection={<IconTag size={16} aria-hidden />} onClick={askName}>
                Add by name
              </Button>
            )}
            <Button
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => go('profiles', undefined, { account: accountId, new: 'yes' })}
            >
              New profile
            </Button>
          </>
        }
      />
      <FaultAlert
        fault={pull.fault ?? readFault}
        account={accounts?.find(account => account.id === pull.failedAccountId)}
        onClose={pull.fault ? pull.clear : undefined}
      />
      <Group gap="xs" wrap="wrap">
        <TextInput
          aria-label="Search profiles"
          placeholder="Search"
          leftSection={<IconSearch size={15} aria-hidden />}
          value={search}
          onChange={event => setSearch(event.currentTarget.value)}
          w={200}
        />
        {accounts && accounts.length > 1 && (
          <Select
            aria-label="Account"
            placeholder="All accounts"
            data={accounts.map(account => ({ value: account.id, label: account.label }))}
            value={accountId ?? null}
            onChange={chosen => go('profiles', id, { account: chosen ?? undefined })}
            clearable
            w={190}
          />
        )}
        <StateFilter counts={countByState(inAccount)} value={state} onChange={setState} />
      </Group>
      <div className="pb-split">
        <ProfilesTable
          rows={rows}
          openId={open?.id}
          isLoaded={profiles !== undefined}
          isGrouped={accountId === undefined && (accounts?.length ?? 0) > 1}
          isFiltered={isFiltered}
          unlisted={unlisted}
          onAddByName={askName}
          hrefFor={row => hrefOf('profiles', row, { account: accountId })}
        />
        {isNew && <ProfileNew accountId={accountId} onClose={close} onCreated={created => go('profiles', created)} />}
        {isAdopting && !isNew && (
          <ProfileAdopt
            key={accountId}
            accountId={accountId}
            onClose={close}
            onAdopted={adopted => go('profiles', undefined, { account: accountId && adopted })}
          />
        )}
        {!isNew && !isAdopting && open && <ProfileEditor key={open.id} profile={open} onClose={close} />}
      </div>
    </div>
  )
}
