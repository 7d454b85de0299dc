import type { MenuItemConstructorOptions } from 'electron'
import type { ListenerStatus } from '#shared/model/callback.ts'

export type TrayActions = { show: () => void; turn: () => void; quit: () => void }

/** What the tray says of the listener, in a few words. */
export function listenerLine({ state, port, fault }: ListenerStatus): string {
  if (state === 'listening') return `Listening on port ${port}`
  if (state === 'elsewhere') return 'Another Plugboard is listening'
  return state === 'failed' ? (fault?.message ?? 'The listener failed') : 'The listener is paused'
}

/** `fresh`: callbacks since the window was last in front. */
export function trayMenu(status: ListenerStatus, fresh: number, actions: TrayActions): MenuItemConstructorOptions[] {
  const isOn = status.state === 'listening'
  return [
    { id: 'status', label: listenerLine(status), enabled: false },
    { id: 'fresh', label: freshLine(fresh), enabled: false },
    { type: 'separator' },
    {
      id: 'turn',
      label: isOn ? 'Pause the listener' : 'Resume the listener',
      enabled: status.state !== 'elsewhere',
      click: actions.turn
    },
    { type: 'separator' },
    { id: 'show', label: 'Show Plugboard', click: actions.show },
    { id: 'quit', label: 'Quit Plugboard', click: actions.quit }
  ]
}

function freshLine(fresh: number): string {
  if (fresh === 0) return 'No new callbacks'
  return `${fresh.toLocaleString('en')} ${fresh === 1 ? 'callback' : 'callbacks'} since you last looked`
}
