import { Button, Checkbox, Group, NumberInput, Skeleton, Stack, Switch, TagsInput, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { ListenerSettings } from '#shared/model/lab.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useReadFault, useStores, useValue } from '../state/stores.ts'
import { ListenerHttps } from './listener-https.tsx'
import { changedSettings, hostOfText, limits, type Limit } from './listener-limits.ts'

export function ListenerSettingsPanel({ onClose }: { onClose: () => void }) {
  return (
    <SidePanel title="Listener settings" under="What the listener keeps, and what it takes." onClose={onClose}>
      <ListenerSettingsForm />
    </SidePanel>
  )
}

/** How long callbacks are kept, which names the listener answers to, and whether it speaks https. */
export function ListenerSettingsForm() {
  const settings = useValue('listenerSettings')
  const fault = useReadFault('listenerSettings')
  if (!settings) return fault ? <FaultAlert fault={fault} /> : <Skeleton height={200} />
  return (
    <Stack gap="lg">
      <Form key={JSON.stringify(settings)} settings={settings} />
      <ListenerHttps />
    </Stack>
  )
}

function Form({ settings }: { settings: ListenerSettings }) {
  const client = useClient()
  const stores = useStores()
  const [draft, setDraft] = useState(settings)
  const saving = useAction()
  const put = (change: Partial<ListenerSettings>) => setDraft({ ...draft, ...change })
  const changes = changedSettings(settings, draft)
  const save = async () => {
    if (!(await saving.perform(() => client.listener.configure(changes)))) return
    notifications.show({ message: 'The settings of the listener are saved.', color: 'enamel' })
    void stores.listenerSettings.getState().reload()
    void stores.listener.getState().reload()
    void stores.listenerHttps.getState().reload()
  }
  return (
    <form
      noValidate
      aria-label="Listener settings"
      onSubmit={event => {
        event.preventDefault()
        void save()
      }}
    >
      <Stack gap="lg">
        <fieldset className="pb-bare">
          <legend className="pb-label">What is kept</legend>
          <Text size="sm" c="dimmed" mb="xs">
            Beyond a limit the oldest callbacks go. Pinned ones stay, and a sender always gets its answer.
          </Text>
          <Stack gap="sm">
            {limits.map(limit => (
              <LimitInput key={limit.name} limit={limit} value={draft[limit.name]} onChange={put} />
            ))}
          </Stack>
        </fieldset>
        <TagsInput
          label="Host names it answers to, besides localhost"
          description="Of a tunnel that leads here, without https:// and without a port. Requests for other names are refused."
          placeholder={draft.hosts.length === 0 ? 'abc123.example-tunnel.com' : undefined}
          value={draft.hosts}
          onChange={hosts => put({ hosts: hosts.map(hostOfText).filter(Boolean) })}
          maxTags={50}
        />
        <Switch
          label="Listen for https too"
          description="On a port of its own, with a certificate that Plugboard makes. Senders have to trust it, or not check it."
          checked={draft.https}
          onChange={event => put({ https: event.currentTarget.checked })}
        />
        <FaultAlert fault={saving.fault} />
        <Group gap="xs">
          <Button type="submit" loading={saving.busy} disabled={Object.keys(changes).length === 0}>
            Save
          </Button>
          <Button variant="default" disabled={Object.keys(changes).length === 0} onClick={() => setDraft(settings)}>
            Discard changes
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

type LimitProps = {
  limit: Limit
  value: number | null
  onChange: (change: Partial<ListenerSettings>) => void
}

function LimitInput({ limit, value, onChange }: LimitProps) {
  const { name, label, unit, factor, least, most, usual } = limit
  return (
    <Group gap="sm" align="center">
      <Checkbox
        label={label}
        checked={value !== null}
        onChange={event => onChange({ [name]: event.currentTarget.checked ? usual : null })}
        w={170}
      />
      {value === null ? (
        <Text size="sm" c="dimmed">
          No limit
        </Text>
      ) : (
        <NumberInput
          aria-label={label}
          w={170}
          min={least / factor}
          max={most === undefined ? undefined : most / factor}
          allowDecimal={false}
          clampBehavior="blur"
          thousandSeparator=" "
          suffix={` ${unit}`}
          value={value / factor}
          onChange={given => onChange({ [name]: Math.max(least, (Number(given) || 0) * factor) })}
        />
      )}
    </Group>
  )
}
