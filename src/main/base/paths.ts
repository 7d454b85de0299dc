import { join, resolve } from 'node:path'
import envPaths from 'env-paths'

/** The data folder: PLUGBOARD_DATA_DIR, or the system's place for an app's data. */
export function defaultDataDir(env: NodeJS.ProcessEnv): string {
  const given = env['PLUGBOARD_DATA_DIR']
  return given ? resolve(given) : envPaths('Plugboard', { suffix: '' }).data
}

/** The vault file, where secrets are kept under a passphrase. */
export function vaultFileIn(dataDir: string): string {
  return join(dataDir, 'vault.json')
}

export function logFileIn(dataDir: string): string {
  return join(dataDir, 'logs', 'plugboard.log')
}
