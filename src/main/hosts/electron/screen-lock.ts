import { powerMonitor } from 'electron'
import { logIncident, type Log } from '../../base/log.ts'

/** Tells of a locked screen. Linux says nothing of it; there, as everywhere, sleep counts as well. out: stops it. */
export function watchScreenLock(locked: () => Promise<void>, log: Log): () => void {
  const tell = () => {
    locked().catch((error: unknown) => logIncident(log, error, 'window: locking'))
  }
  powerMonitor.on('lock-screen', tell)
  powerMonitor.on('suspend', tell)
  return () => {
    powerMonitor.off('lock-screen', tell)
    powerMonitor.off('suspend', tell)
  }
}
