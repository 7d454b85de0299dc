import { net, powerMonitor } from 'electron'
import type { Conditions } from '../../base/conditions.ts'

/**
 * What the system says through Electron; to be called once the app is ready. Whether it runs on its battery and whether
 * there is a network is asked each time, because not every system tells of the change (`on-battery` and `on-ac` do not
 * exist on Linux, a change of the network nowhere). From when the computer goes to sleep until it wakes there is none: it
 * may work for moments in between, and a request would be cut off. How hot it is, and how far it is slowed down, matters to
 * long computations, not to a read now and then.
 */
export function systemConditions(): Conditions {
  let isAsleep = false
  powerMonitor.on('suspend', () => (isAsleep = true))
  powerMonitor.on('resume', () => (isAsleep = false))
  return {
    isOnline: () => !isAsleep && net.isOnline(),
    savesPower: () => powerMonitor.isOnBatteryPower(),
    onWoken(tell) {
      powerMonitor.on('resume', tell)
      powerMonitor.on('on-ac', tell)
      return () => {
        powerMonitor.off('resume', tell)
        powerMonitor.off('on-ac', tell)
      }
    }
  }
}
