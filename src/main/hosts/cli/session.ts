import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import { forkNode } from '../../base/child.ts'
import { reportOf } from '../../base/fault-report.ts'
import { readVault } from '../../base/host-options.ts'
import { findLayout } from '../../base/layout.ts'
import { createLog, logIncident } from '../../base/log.ts'
import { defaultDataDir, logFileIn, vaultFileIn } from '../../base/paths.ts'
import { openCore, type Core } from '../../core.ts'
import { askPassphrase, canAsk } from './ask.ts'

export type GlobalOptions = { dataDir?: string; vault?: string; json?: boolean }
export type Session = { core: Core; dataDir: string }

/**
 * Opens the core for one command. With `secrets` and the vault file it asks for the passphrase on a terminal, unless
 * PLUGBOARD_PASSPHRASE gives it. faults: store-*, vault-wrong-passphrase, cancelled, bad-usage for an unknown vault.
 */
export async function openSession(
  options: GlobalOptions,
  env: NodeJS.ProcessEnv,
  needs = { secrets: false }
): Promise<Session> {
  const dataDir = dataDirOf(options, env)
  const { version, sandboxEntry } = findLayout(import.meta.dirname)
  const given = options.vault ?? env['PLUGBOARD_VAULT']
  const vault = given ? readVault(given) : undefined
  const mayAsk = needs.secrets && !env['PLUGBOARD_PASSPHRASE'] && canAsk()
  const ask = () => askPassphrase(!existsSync(vaultFileIn(dataDir)))
  const asked = mayAsk && vault === 'file' ? await ask() : undefined
  const core = await openCore({
    dataDir,
    ...(vault && { vault }),
    passphrase: asked ?? (env['PLUGBOARD_PASSPHRASE'] || undefined),
    host: { about: 'command line', abilities: [] },
    fork: forkNode,
    sandboxEntry,
    version,
    log: createLog({ file: logFileIn(dataDir) })
  })
  try {
    if (mayAsk && vault === undefined && (await usesVaultFile(core.client))) {
      await core.client.vaults.choose({ driver: 'file', passphrase: await ask() })
    }
  } catch (error) {
    await core.close()
    throw error
  }
  return { core, dataDir }
}

/** Whether the remembered vault is the file. Where no account keeps a secret in it, the slower question is spared. */
async function usesVaultFile(client: Client): Promise<boolean> {
  const secrets = (await client.accounts.list()).flatMap(account => account.secrets)
  if (secrets.length > 0 && secrets.every(secret => secret.vault !== 'file')) return false
  return (await client.app.info()).vault === 'file'
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
