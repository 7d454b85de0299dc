#!/usr/bin/env node
import { refuseOldNode } from './base/node-version.ts'

// Nothing else is imported before the check: on a Node that is too old, loading the database would kill the process.
if (refuseOldNode()) process.exit()
const { runCli } = await import('./hosts/cli/main.ts')
const { env } = process
const serve = async (args: string[]) => (await import('./hosts/web/main.ts')).runWeb(args, env)
// A keychain call that hangs must not keep a finished command alive: the exit is explicit.
process.exit(await runCli({ argv: process.argv.slice(2), env, entry: import.meta.filename, serve }))
