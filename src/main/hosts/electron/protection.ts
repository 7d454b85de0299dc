import { Fault } from '#shared/faults.ts'

/**
 * Nobody switches Chromium's sandbox off unseen: what starts an AppImage does so by itself where it finds no user
 * namespaces, and `app.enableSandbox()` may come too late for a process that exists already. faults: no-protection.
 */
export function refuseNoSandbox(argv: string[]): void {
  if (argv.includes('--no-sandbox')) throw new Fault('no-protection')
}
