import { Button } from '@mantine/core'
import { IconBuildingStore, IconPlus } from '@tabler/icons-react'
import { EmptyState } from '../parts/empty-state.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { AccountBadge } from '../parts/state-badge.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { isPending, isSandbox, providerOf } from '../state/lookups.ts'
import { go, hrefOf, useRoute } from '../state/route.ts'
import { useValue } from '../state/stores.ts'
import { AccountAdd } from './account-add.tsx'
import { AccountDetail } from './account-detail.tsx'

export function Accounts() {
  const { id, query } = useRoute()
  const accounts = useValue('accounts') ?? []
  const open = accounts.find(account => account.id === id)
  const isAdding = query['add'] !== undefined

  return (
    <div className="pb-screen-fill">
      <PageHead
        title="Accounts"
        about="One account is one set of credentials at one provider."
        actions={
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => go('accounts', undefined, { add: 'yes' })}
          >
            Add an account
          </Button>
        }
      />
      <div className="pb-split">
        <div className="pb-list">
          {accounts.length === 0 ? (
            <EmptyState icon={IconBuildingStore} title="No account yet">
              Add the credentials of a provider account; Plugboard then reads its settings.
            </EmptyState>
          ) : (
            <AccountTable openId={open?.id} />
          )}
        </div>
        {isAdding && <AccountAdd onClose={() => go('accounts')} onAdded={added => go('accounts', added)} />}
        {!isAdding && open && <AccountDetail key={open.id} account={open} onClose={() => go('accounts')} />}
      </div>
    </div>
  )
}

function AccountTable({ openId }: { openId: string | undefined }) {
  const accounts = useValue('accounts') ?? []
  const providers = useValue('providers')
  const profiles = useValue('profiles') ?? []
  return (
    <table className="pb-table" data-tall aria-label="Accounts">
      <thead>
        <tr>
          <th scope="col">Account</th>
          <th scope="col" style={{ width: 110 }} className="pb-col-medium">
            Provider
          </th>
          <th scope="col" style={{ width: 130 }}>
            State
          </th>
          <th scope="col" style={{ width: 150 }} className="pb-col-wide">
            Profiles
          </th>
          <th scope="col" style={{ width: 110 }} className="pb-col-wide">
            Pulled
          </th>
        </tr>
      </thead>
      <tbody>
        {accounts.map(account => {
          const own = profiles.filter(profile => profile.accountId === account.id)
          const pending = own.filter(isPending).length
          return (
            <tr
              key={account.id}
              aria-label={account.label}
              data-openable
              data-open={account.id === openId || undefined}
              onClick={() => go('accounts', account.id)}
            >
              <td>
                <a className="pb-row-link" href={hrefOf('accounts', account.id)}>
                  {account.label}
                </a>
                <div className="pb-cut" style={{ fontSize: 12, color: 'var(--pb-soft-text)' }}>
                  {isSandbox(account) ? 'Built-in sandbox' : account.baseUrl}
                </div>
              </td>
              <td className="pb-col-medium">{providerOf(providers, account)?.name ?? account.provider}</td>
              <td>
                <AccountBadge state={account.state} />
              </td>
              <td className="pb-col-wide">
                {own.length}
                {pending > 0 && `, ${pending} pending`}
              </td>
              <td className="pb-col-wide">
                {account.pulledMs === null ? 'Never' : <TimeAgo atMs={account.pulledMs} />}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
