import { refuseOldNode } from './base/node-version.ts'

// Awaited at the top level, so that it is done before Electron says `ready`: the scheme must be registered by then.
if (refuseOldNode()) process.exit(1)
const { runElectron } = await import('./hosts/electron/main.ts')
await runElectron()
