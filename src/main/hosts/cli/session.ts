import { resolve } from 'node:path'
import { Fault } from '#shared/faults.ts'
import { forkNode } from '../../base/child.ts'
import { reportOf } from '../../base/fault-report.ts'
import { readVault } from '../../base/host-options.ts'
import { findLayout } from '../../base/layout.ts'
import { createLog, logIncident } from '../../base/log.ts'
import { defaultDataDir, logFileIn } from '../../base/paths.ts'
import { openCore, type Core } from '../../core.ts'

export type GlobalOptions = { dataDir?: string; vault?: string; json?: boolean }
export type Session = { core: Core; dataDir: string }

/** Opens the core for one command. faults: store-*, bad-usage for an unknown vault. */
export async function openSession(options: GlobalOptions, env: NodeJS.ProcessEnv): Promise<Session> {
  const dataDir = dataDirOf(options, env)
  const { version, sandboxEntry } = findLayout(import.meta.dirname)
  const vault = options.vault ?? env['PLUGBOARD_VAULT']
  const core = await openCore({
    dataDir,
    ...(vault && { vault: readVault(vault) }),
    passphrase: env['PLUGBOARD_PASSPHRASE'] || undefined,
    host: { about: 'command line', abilities: [] },
    fork: forkNode,
    sandboxEntry,
    version,
    log: createLog({ file: logFileIn(dataDir) })
  })
  return { core, dataDir }
}

/** What came out of a call, as a fault; anything unexpected is logged under an incident id. */
export function faultFrom(error: unknown, options: GlobalOptions, env: NodeJS.ProcessEnv): Fault {
  const report = reportOf(error)
  if (report) return error instanceof Fault ? error : new Fault(report.code, report)
  const log = createLog({ file: logFileIn(dataDirOf(options, env)) })
  return new Fault('bug', { incident: logIncident(log, error, 'command line') })
}

function dataDirOf(options: GlobalOptions, env: NodeJS.ProcessEnv): string {
  return options.dataDir ? resolve(options.dataDir) : defaultDataDir(env)
}
