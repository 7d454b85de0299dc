import { useEffect } from 'react'
import { useClient, useValue } from '../state/stores.ts'

/** Twice a minute is enough for a time that is chosen in minutes. */
const everyMs = 30_000

/** Tells that somebody is here, so that the passphrase file does not lock itself under a person's hands. */
export function useVaultActivity(): void {
  const client = useClient()
  const isOn = typeof useValue('info')?.autoLock.minutes === 'number'
  useEffect(() => {
    if (!isOn) return
    let toldMs = -everyMs
    const tell = () => {
      if (performance.now() - toldMs < everyMs) return
      toldMs = performance.now()
      // A connection that is lost is shown elsewhere; then there is nobody to tell.
      client.vaults.used().catch(() => undefined)
    }
    const kinds = ['pointerdown', 'keydown', 'wheel'] as const
    for (const kind of kinds) window.addEventListener(kind, tell, { passive: true })
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, tell)
    }
  }, [client, isOn])
}
