import type { DesktopChange, DesktopSettings } from '#shared/model/app.ts'

/** What a host with a desktop around it lets the person choose. */
export type Desktop = {
  settings(): DesktopSettings
  /** Changes what is given. faults: unsupported. */
  configure(change: DesktopChange): DesktopSettings
}
