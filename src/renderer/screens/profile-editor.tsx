import { Button, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconArrowBackUp, IconTrash } from '@tabler/icons-react'
import { useRef } from 'react'
import type { Profile } from '#shared/model/profile.ts'
import { useFirstWrong } from '../forms/first-wrong.ts'
import { problemOfFault, warningsOf } from '../forms/form-model.ts'
import { SchemaForm } from '../forms/schema-form.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { StateBadge } from '../parts/state-badge.tsx'
import { useAction } from '../state/action.ts'
import { kindOf, providerOf } from '../state/lookups.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { addressFor, ListenerAddress, takesCallbacks } from './listener-address.tsx'
import { ProfileCompare } from './profile-compare.tsx'
import { ProfileActions } from './profile-actions.tsx'
import { LastRefusal, useRefusal } from './profile-refused.tsx'
import { ProfileStanding } from './profile-standing.tsx'
import { ProviderViews } from './provider-views.tsx'
import { useProfileForm } from './use-profile-form.ts'

type Props = { profile: Profile; onClose: () => void }

/** One profile: its form, what differs between here and there, and what can be done about it. */
export function ProfileEditor({ profile, onClose }: Props) {
  const client = useClient()
  const stores = useStores()
  const account = useValue('accounts')?.find(known => known.id === profile.accountId)
  const provider = providerOf(useValue('providers'), account)
  const kind = kindOf(provider, profile.kind)
  const views = provider?.views.filter(view => view.kind === profile.kind && profile.remoteId !== null) ?? []
  const cannotRemove = profile.remote !== null && kind?.remove.state === 'cannot' ? kind.remove.reason : undefined
  const saving = useAction()
  const form = useProfileForm(profile, kind)
  const formElement = useRef<HTMLFormElement>(null)
  const showFirstWrong = useFirstWrong(formElement)
  const warnings = warningsOf(form.fields, profile.warnings, form.edit)
  const refusal = useRefusal(profile)
  const refusedField =
    refusal && !form.isDirty && form.fields.some(card => card.name === refusal.setting && !card.readOnly)
      ? { [refusal.setting ?? '']: refusal.fault.message }
      : undefined
  const changed = profile.state !== 'in-sync' && profile.state !== 'unknown'

  const after = async (call: () => Promise<unknown>) => {
    const done = await saving.perform(call)
    form.forgetSecrets()
    await stores.profiles.getState().reload()
    return done
  }
  const save = async () => {
    if (!form.check()) return showFirstWrong()
    const settings = form.edit
    if (await after(() => client.profiles.set({ id: profile.id, settings }))) form.reset()
    else showFirstWrong()
  }
  const remove = async () => {
    const isDropped = profile.state === 'created'
    if ((await after(() => client.profiles.delete({ id: profile.id }))) && isDropped) onClose()
  }
  const revert = async () => {
    const isDropped = profile.remote === null
    if (!(await after(() => client.profiles.revert({ id: profile.id })))) return
    form.reset()
    if (isDropped) onClose()
  }

  return (
    <SidePanel
      title={profile.title}
      under={[kind?.label, account?.label].filter(Boolean).join(', ')}
      badge={<StateBadge state={profile.state} />}
      onClose={onClose}
      foot={
        <>
          {profile.local && (
            <Button type="submit" form="profile-form" loading={saving.busy} disabled={!form.isDirty}>
              Save
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            disabled={saving.busy || (!changed && !form.isDirty)}
            onClick={() => (form.isDirty ? form.reset() : void revert())}
          >
            {form.isDirty ? 'Discard changes' : 'Revert'}
          </Button>
          <ProfileActions profile={profile} kind={kind} onReleased={onClose} />
          {profile.local && cannotRemove === undefined && (
            <Button
              variant="subtle"
              color="red"
              ml="auto"
              leftSection={<IconTrash size={16} aria-hidden />}
              disabled={saving.busy}
              onClick={() => void remove()}
            >
              Delete
            </Button>
          )}
        </>
      }
    >
      <Stack gap="lg">
        <ProfileStanding profile={profile} />
        {!refusedField && <LastRefusal refusal={refusal} />}
        <FaultAlert fault={saving.fault} onClose={saving.clear} />
        {warnings.others.map(text => (
          <Note key={text} tone="amber" icon={IconAlertTriangle} title={text} />
        ))}
        {profile.local && (
          <form
            id="profile-form"
            ref={formElement}
            aria-label={profile.title}
            noValidate
            onSubmit={event => {
              event.preventDefault()
              void save()
            }}
          >
            <Stack gap="md">
              {form.help !== undefined && !form.fields.some(card => card.help === form.help) && (
                <Text size="sm" c="dimmed">
                  {form.help}
                </Text>
              )}
              <SchemaForm
                fields={form.fields}
                draft={form.draft}
                onChange={form.change}
                problems={{ ...refusedField, ...problemOfFault(form.fields, saving.fault), ...form.problems }}
                warnings={warnings.byField}
                kept={form.kept}
                isMade={profile.base !== null || profile.remote !== null}
                renderAfter={card =>
                  takesCallbacks(card) && (
                    <ListenerAddress
                      accountId={profile.accountId}
                      onUse={url => form.change({ ...form.draft, [card.name]: addressFor(card, url) })}
                    />
                  )
                }
              />
            </Stack>
          </form>
        )}
        <ProfileCompare profile={profile} form={kind?.form} cards={form.fields} />
        <ProviderViews accountId={profile.accountId} views={views} profileId={profile.id} />
        {cannotRemove !== undefined && (
          <Text size="xs" c="dimmed">
            It cannot be deleted from here. {cannotRemove}
          </Text>
        )}
      </Stack>
    </SidePanel>
  )
}
