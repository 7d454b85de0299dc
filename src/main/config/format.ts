import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import type { ConfigFile } from '#shared/model/backup.ts'
import type { Settings } from '#shared/model/field.ts'
import { policy } from '#shared/model/profile.ts'

/** An account as a file: without its secrets and without what happened to it. */
export const accountFile = z.strictObject({
  plugboard: z.literal('account'),
  version: z.literal(1),
  label: z.string().trim().min(1).max(80),
  provider: z.string(),
  baseUrl: z.string(),
  fields: z.record(z.string(), z.string())
})
export type AccountFile = z.infer<typeof accountFile>

/** A profile as a file: what the user wants, without what the provider alone writes. */
export const profileFile = z.strictObject({
  plugboard: z.literal('profile'),
  version: z.literal(1),
  /** The account's label. */
  account: z.string(),
  kind: z.string(),
  /** The provider's own id, where it exists there. */
  remoteId: z.string().min(1).optional(),
  /** null clears a setting. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
  /** Which secret settings it has; never their values. */
  secrets: z.array(z.string()).optional(),
  policies: z.record(z.string(), policy).optional()
})
export type ProfileFile = z.infer<typeof profileFile>

export type Read<T> = { path: string; file: T }

/** The file as a local tree. Version 0 of a secret: there is one, and nobody here has its value. */
export function treeOf({ settings, secrets = [] }: ProfileFile): Settings {
  return { ...settings, ...Object.fromEntries(secrets.map(name => [name, { $secret: 0 }])) }
}

/** The file's text: the same for the same content, on every computer. */
export function textOf(file: AccountFile | ProfileFile): string {
  return `${JSON.stringify(file, null, 2)}\n`
}

/** Reads the files of an export, accounts and profiles, each kind in the order of paths. faults: invalid-input, with file and place. */
export function readFiles(files: ConfigFile[]): { accounts: Read<AccountFile>[]; profiles: Read<ProfileFile>[] } {
  const accounts: Read<AccountFile>[] = []
  const profiles: Read<ProfileFile>[] = []
  for (const { path, text } of files.toSorted((one, other) => byText(one.path, other.path))) {
    const json = parseJson(path, text)
    const what = z.object({ plugboard: z.enum(['account', 'profile']), version: z.number() }).safeParse(json)
    if (!what.success) throw wrong(path, 'This is not a file of an export: “plugboard” must be “account” or “profile”')
    if (what.data.version > 1) throw wrong(path, 'A newer Plugboard wrote this file')
    if (what.data.plugboard === 'account') accounts.push({ path, file: parsed(path, accountFile, json) })
    else profiles.push({ path, file: parsed(path, profileFile, json) })
  }
  return { accounts, profiles }
}

/** What is wrong, and in which file. */
export function wrong(path: string, message: string, code: Fault['code'] = 'invalid-input'): Fault {
  return new Fault(code, {
    message: `${path}: ${message}`,
    advice: 'Correct the file and import it again. Nothing was changed.',
    field: path
  })
}

/** By code units: the same on every computer, whatever its language. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function parsed<T>(path: string, schema: z.ZodType<T>, json: unknown): T {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.map(String).join('.')
  throw wrong(path, `${place ? `${place}: ` : ''}${issue?.message ?? 'It does not have the form of one'}`)
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw wrong(path, `It is not JSON (${error instanceof Error ? error.message : 'unreadable'})`)
  }
}
