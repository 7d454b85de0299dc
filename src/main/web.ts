import { refuseOldNode } from './base/node-version.ts'

// Loaded only now: a static import would load better-sqlite3 before the version is known.
if (!refuseOldNode()) {
  const { runWeb } = await import('./hosts/web/main.ts')
  // Something that hangs, such as a keychain, must not keep a finished program alive.
  process.exit(await runWeb(process.argv.slice(2), process.env))
}
