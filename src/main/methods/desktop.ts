import { Fault } from '#shared/faults.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

/** What the person chose about the window and the tray. A host without a desktop has nothing to choose. */
export function desktopMethods(methods: Methods, { desktop }: MethodDeps) {
  return {
    desktop: {
      settings: methods.desktop.settings.handler(
        () => desktop?.settings() ?? { startsAtLogin: null, staysInTray: null }
      ),
      configure: methods.desktop.configure.handler(({ input }) => {
        if (desktop) return desktop.configure(input)
        throw new Fault('unsupported', {
          message: 'Plugboard runs here without a window of its own',
          advice: 'Install the app to have a window and a tray.'
        })
      })
    }
  }
}
