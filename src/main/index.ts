import { refuseOldNode } from './base/node-version.ts'

if (refuseOldNode()) process.exit(1)
// Awaited, because Electron says `ready` once this file has run, and the scheme must be registered by then. For the same
// reason nothing here may wait for `ready`.
const { startElectron } = await import('./hosts/electron/main.ts')
startElectron(process.argv, process.env)
