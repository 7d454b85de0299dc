import { Stack, Switch } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { DesktopChange, DesktopSettings } from '#shared/model/app.ts'
import { hostOf } from '../api/host.ts'
import { outcomeOf } from '../api/client.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useValue } from '../state/stores.ts'

/** How the app behaves on the desktop around it; what the host has not got is not offered. */
export function DesktopChoices() {
  const client = useClient()
  const host = hostOf(useValue('info'))
  const saving = useAction()
  const [settings, setSettings] = useState<DesktopSettings>()

  // The system keeps some of it and may have changed it meanwhile, so that it is read whenever it is shown.
  useEffect(() => {
    let isShown = true
    const read = async () => {
      const outcome = await outcomeOf(client.desktop.settings())
      if (isShown && outcome.ok) setSettings(outcome.value)
    }
    void read()
    return () => {
      isShown = false
    }
  }, [client])

  const change = async (wanted: DesktopChange) => {
    const now = await saving.perform(() => client.desktop.configure(wanted))
    if (now) setSettings(now)
  }
  return (
    <Stack gap="sm">
      {host.can('start-at-login') && (
        <Switch
          label="Start when I log in"
          description="Plugboard opens without a window and catches callbacks; its tray icon shows the window."
          checked={settings?.startsAtLogin ?? false}
          disabled={settings === undefined || saving.busy}
          onChange={event => void change({ startsAtLogin: event.currentTarget.checked })}
        />
      )}
      {host.can('tray') && (
        <Switch
          label="Stay in the tray when the window is closed"
          description="Callbacks are caught until you quit from the menu of the tray icon."
          checked={settings?.staysInTray ?? false}
          disabled={settings === undefined || saving.busy}
          onChange={event => void change({ staysInTray: event.currentTarget.checked })}
        />
      )}
      <FaultAlert fault={saving.fault} />
    </Stack>
  )
}
