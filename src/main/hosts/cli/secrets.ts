import { text as readAll } from 'node:stream/consumers'
import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import type { FieldCard } from '#shared/model/field.ts'
import { parseAssignments } from './assignments.ts'
import { askHidden } from './ask.ts'

export type SecretOptions = { secretsStdin?: boolean; secretEnv?: string[] }

/** Whether the command line gives secrets. */
export function withSecrets({ secretsStdin, secretEnv }: SecretOptions): boolean {
  return secretsStdin === true || (secretEnv ?? []).length > 0
}

/**
 * Secrets by field name: from a JSON object on standard input, from environment variables, or, for those still missing, from
 * a prompt that does not echo. Never from arguments.
 */
export async function readSecrets(
  cards: FieldCard[],
  options: SecretOptions,
  env: NodeJS.ProcessEnv
): Promise<Record<string, string>> {
  const given = { ...(options.secretsStdin && (await fromStdin())), ...fromEnv(options.secretEnv ?? [], env) }
  const missing = cards.filter(card => card.secret && card.required && !(card.name in given))
  if (missing.length === 0) return given
  if (!process.stdin.isTTY || options.secretsStdin) throw missingSecrets(missing)
  for (const card of missing) given[card.name] = await askHidden(card.label)
  return given
}

async function fromStdin(): Promise<Record<string, string>> {
  const parsed = z.record(z.string(), z.string()).safeParse(parseJson(await readAll(process.stdin)))
  if (parsed.success) return parsed.data
  throw new Fault('bad-usage', {
    message: 'Standard input is not a JSON object of texts',
    advice: 'Give for example {"appSecret": "…"}.'
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The reason would quote the input, and the input is a secret.
    return undefined
  }
}

function fromEnv(words: string[], env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseAssignments(words)).map(([name, variable]) => {
      const value = env[variable]
      if (!value)
        throw new Fault('bad-usage', { message: `The environment variable ${variable} is not set`, field: name })
      return [name, value]
    })
  )
}

function missingSecrets(cards: FieldCard[]): Fault {
  const names = cards.map(card => card.name).join(', ')
  const [first] = cards
  return new Fault('invalid-input', {
    message: `Missing: ${names}`,
    advice: `Give it with --secrets-stdin (a JSON object) or --secret-env ${first?.name}=VARIABLE, or run in a terminal to be asked.`,
    field: first?.name
  })
}
