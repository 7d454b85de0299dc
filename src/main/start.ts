import { refuseOldNode } from './base/node-version.ts'

// Loaded only now: a static import would load better-sqlite3 before the version is known.
if (!refuseOldNode()) {
  const { runStart } = await import('./hosts/web/start.ts')
  // Something that hangs, such as a keychain, must not keep a finished program alive.
  process.exit(await runStart(process.argv.slice(2), process.env))
}
