import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Fault } from '#shared/faults.ts'
import { vaultDriver, type VaultDriver } from '#shared/model/account.ts'
import { defaultDataDir } from './paths.ts'

/** What a host that shows the page can be told. */
export type HostOptions = {
  dataDir: string
  vault?: VaultDriver
  passphrase?: string
  /** Start the simulator and add its account. */
  sandbox: boolean
  /** 0: any free one. */
  port: number
  /** Open the browser by itself. */
  open: boolean
}

const known = {
  port: { type: 'string' },
  'no-open': { type: 'boolean' },
  'data-dir': { type: 'string' },
  vault: { type: 'string' },
  sandbox: { type: 'boolean' }
} as const

/**
 * Reads arguments and environment (PLUGBOARD_DATA_DIR, PLUGBOARD_VAULT, PLUGBOARD_PASSPHRASE); arguments win.
 * `lenient`: arguments that are not ours are passed over, as Electron gets some of the browser's. faults: bad-usage.
 */
export function readHostOptions(args: string[], env: NodeJS.ProcessEnv, lenient = false): HostOptions {
  const values = parse(args, lenient)
  const vault = values.vault ?? env['PLUGBOARD_VAULT']
  const passphrase = env['PLUGBOARD_PASSPHRASE']
  return {
    dataDir: values['data-dir'] ? resolve(values['data-dir']) : defaultDataDir(env),
    ...(vault && { vault: readVault(vault) }),
    ...(passphrase && { passphrase }),
    sandbox: values.sandbox ?? false,
    port: readPort(values.port ?? '0'),
    open: !values['no-open']
  }
}

function parse(args: string[], lenient: boolean) {
  const ours = lenient ? args.filter((_, index) => isOurs(args, index)) : args
  try {
    return parseArgs({ args: ours, options: known, strict: true, allowPositionals: false }).values
  } catch (error) {
    throw new Fault('bad-usage', {
      message: error instanceof Error ? error.message : 'The arguments are not known',
      advice: 'Known are --port N, --no-open, --data-dir DIR, --vault keychain|file|session and --sandbox.'
    })
  }
}

/** Whether the argument is an option of ours, or the value of one. */
function isOurs(args: string[], index: number): boolean {
  const [name = ''] = (args[index] ?? '').replace(/^--/, '').split('=')
  if (args[index]?.startsWith('--')) return name in known
  const before = args[index - 1]?.replace(/^--/, '') ?? ''
  return before in known && known[before as keyof typeof known].type === 'string'
}

export function readVault(text: string): VaultDriver {
  const parsed = vaultDriver.safeParse(text)
  if (parsed.success) return parsed.data
  throw new Fault('bad-usage', {
    message: `There is no vault "${text}"`,
    advice: `Choose one of ${vaultDriver.options.join(', ')}.`,
    field: 'vault'
  })
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Fault('bad-usage', {
    message: `"${text}" is not a port`,
    advice: 'Use a number from 0 (any free one) to 65535.',
    field: 'port'
  })
}
