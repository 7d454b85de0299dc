import * as z from 'zod'
import { Refusal, type ErrorEntry } from './envelope.ts'
import type { Switches } from './switches.ts'

const text = (name: string) =>
  z
    .string({ error: ({ input }) => `The ${name} field ${input === undefined ? 'is required' : 'must be a string'}.` })
    .min(1, `The ${name} field is required.`)
const number = (name: string) =>
  text(name).regex(/^\+[1-9]\d{6,14}$/, { error: `The ${name} field must follow the E.164 format.`, abort: true })

const names = z.enum(['Active', 'Inactive'])
const numbers = z
  .union([z.literal([0, 1]), z.enum(['0', '1', '0 - Inactive', '1 - Active'])])
  .transform(value => (String(value).startsWith('1') ? ('Active' as const) : ('Inactive' as const)))

const integrationBody = z.strictObject({
  appIntegrationId: text('appIntegrationId'),
  name: text('name'),
  username: text('username'),
  password: text('password'),
  phoneNumber: number('phoneNumber'),
  description: z.string().nullable().optional(),
  status: z.union([names, numbers]).optional(),
  isDefault: z.boolean('The isDefault field must be true or false.').optional()
})
export type IntegrationBody = z.infer<typeof integrationBody>

const testMessage = z.strictObject({
  username: text('username'),
  password: text('password'),
  phoneNumberFrom: number('phoneNumberFrom'),
  phoneNumberTo: number('phoneNumberTo'),
  message: text('message')
})

export function readIntegrationBody(body: unknown, { statusNumbers }: Pick<Switches, 'statusNumbers'>) {
  const schema = statusNumbers ? integrationBody : integrationBody.extend({ status: names.optional() })
  return read(schema, body)
}

export function readTestMessage(body: unknown) {
  return read(testMessage, body)
}

/** faults: Refusal 400 with one entry for each field. Stricter than the real service may be: unknown fields are refused. */
function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new Refusal(400, parsed.error.issues.flatMap(entriesOf))
}

function entriesOf(issue: z.core.$ZodIssue): ErrorEntry[] {
  const code = 'ValidationError'
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(field => ({ code, message: `The ${field} field is not known.`, field }))
  }
  const field = String(issue.path[0] ?? 'body')
  const { message } = issue
  return [{ code, message: message.startsWith('The ') ? message : `The ${field} field is not valid.`, field }]
}
