import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconBan } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { fieldsFor, variantFor } from '#shared/fields.ts'
import type { Account } from '#shared/model/account.ts'
import type { KindCard, ProviderCard } from '#shared/model/provider.ts'
import { useFirstWrong } from '../forms/first-wrong.ts'
import {
  problemOfFault,
  problemsOf,
  settingsOf,
  textOf,
  withoutSecrets,
  type Draft,
  type Problems
} from '../forms/form-model.ts'
import { SchemaForm } from '../forms/schema-form.tsx'
import { VariantPicker } from '../forms/variant-picker.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { useAction } from '../state/action.ts'
import { kindsByName, kindsToCreate } from '../state/by-name.ts'
import { providerOf } from '../state/lookups.ts'
import { go } from '../state/route.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { addressFor, ListenerAddress, takesCallbacks } from './listener-address.tsx'

type Props = { accountId: string | undefined; onClose: () => void; onCreated: (id: string) => void }

/** A profile that exists only here until a plan creates it at the provider. */
export function ProfileNew({ accountId, onClose, onCreated }: Props) {
  const accounts = useValue('accounts') ?? []
  const providers = useValue('providers')
  const [pickedAccount, setPickedAccount] = useState(accountId ?? accounts[0]?.id ?? null)
  const [pickedKind, setPickedKind] = useState<string | null>(null)
  const account = accounts.find(known => known.id === pickedAccount)
  const provider = providerOf(providers, account)
  const kinds = kindsToCreate(provider)
  const kind = kinds.find(card => card.id === pickedKind) ?? kinds[0]
  return (
    <SidePanel title="New profile" under="It is sent when a plan is applied." onClose={onClose}>
      <Stack gap="md">
        {accounts.length > 1 && (
          <Select
            label="Account"
            data={accounts.map(known => ({ value: known.id, label: known.label }))}
            value={pickedAccount}
            onChange={setPickedAccount}
            allowDeselect={false}
          />
        )}
        {kinds.length > 1 && (
          <Select
            label="Kind"
            data={kinds.map(card => ({ value: card.id, label: card.label }))}
            value={kind?.id ?? null}
            onChange={setPickedKind}
            allowDeselect={false}
          />
        )}
        {account && kind && (
          <NewForm
            key={`${account.id} ${kind.id}`}
            accountId={account.id}
            kind={kind}
            onCreated={onCreated}
            onClose={onClose}
          />
        )}
        {account && provider && kinds.length === 0 && <NothingToCreate account={account} provider={provider} />}
      </Stack>
    </SidePanel>
  )
}

/** Why nothing can be made here, and what can be done instead. */
function NothingToCreate({ account, provider }: { account: Account; provider: ProviderCard }) {
  const reason = provider.kinds[0]?.create.reason
  const isByName = kindsByName(provider).length > 0
  return (
    <Note tone="grey" icon={IconBan} title={`Nothing can be created at ${provider.name} from here.`}>
      {reason}
      {isByName && (
        <Button
          variant="default"
          size="compact-md"
          mt={8}
          onClick={() => go('profiles', undefined, { account: account.id, adopt: 'yes' })}
        >
          Add by name
        </Button>
      )}
    </Note>
  )
}

type FormProps = { accountId: string; kind: KindCard; onCreated: (id: string) => void; onClose: () => void }

function NewForm({ accountId, kind, onCreated, onClose }: FormProps) {
  const client = useClient()
  const stores = useStores()
  const [draft, setDraft] = useState<Draft>({})
  const [problems, setProblems] = useState<Problems>({})
  const creating = useAction()
  const formElement = useRef<HTMLFormElement>(null)
  const showFirstWrong = useFirstWrong(formElement)
  const taken = useTaken(accountId, kind)
  const by = kind.form.variants?.by
  const variantValue = by === undefined ? '' : String(draft[by] ?? '')
  const variant = variantFor(kind.form, draft)
  const fields = fieldsFor(kind.form, draft)
  const typed = fields.filter(card => card.name !== by && !card.readOnly)
  const shown = by !== undefined && variantValue === '' ? [] : typed

  const create = async () => {
    const isTaken = by !== undefined && taken.has(variantValue)
    const wrong = { ...problemsOf(fields, draft), ...(isTaken && { [by]: 'This exists already.' }) }
    setProblems(wrong)
    if (Object.keys(wrong).length > 0) return showFirstWrong()
    const settings = settingsOf(fields, draft)
    const created = await creating.perform(() => client.profiles.create({ accountId, kind: kind.id, settings }))
    // Whatever came of it, no secret stays in the page.
    setDraft(now => withoutSecrets(fields, now))
    if (!created) return showFirstWrong()
    await stores.profiles.getState().reload()
    onCreated(created.id)
  }
  const change = (next: Draft) => {
    setDraft(next)
    setProblems({})
    creating.clear()
  }
  const named = { ...problemOfFault(fields, creating.fault), ...problems }

  return (
    <form
      ref={formElement}
      noValidate
      aria-label="New profile"
      onSubmit={event => {
        event.preventDefault()
        void create()
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {kind.help}
        </Text>
        {by !== undefined && (
          <VariantPicker
            form={kind.form}
            value={variantValue}
            onChange={value => change({ [by]: value })}
            taken={taken}
            problem={named[by]}
          />
        )}
        {variant?.help !== undefined && shown.length > 0 && !shown.some(card => card.help === variant.help) && (
          <Text size="sm" c="dimmed">
            {variant.help}
          </Text>
        )}
        <SchemaForm
          fields={shown}
          draft={draft}
          onChange={change}
          problems={named}
          renderAfter={card =>
            takesCallbacks(card) && (
              <ListenerAddress
                accountId={accountId}
                onUse={url => change({ ...draft, [card.name]: addressFor(card, url) })}
              />
            )
          }
        />
        <FaultAlert fault={creating.fault} />
        <Group gap="xs">
          <Button type="submit" loading={creating.busy}>
            Create
          </Button>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** The values that the account's profiles have already, where the discriminating setting names the profile: any value of it is one. */
function useTaken(accountId: string, kind: KindCard): ReadonlySet<string> {
  const profiles = useValue('profiles') ?? []
  const by = kind.form.variants?.by
  if (by === undefined || !kind.form.variants?.other) return new Set()
  const own = profiles.filter(profile => profile.accountId === accountId && profile.kind === kind.id)
  return new Set(own.map(profile => textOf((profile.local ?? profile.remote ?? {})[by])))
}
