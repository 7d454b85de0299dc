import type { Client } from '#shared/contract/index.ts'

export type Answer = { call: string; value?: unknown; code?: string; data?: unknown }

/**
 * The same calls for every door, one after the other. out: what each came to, with ids, times and folders masked, so that
 * two doors can be compared. Runs in a page as well as in Node.
 */
export async function runCallList(client: Client): Promise<Answer[]> {
  const answers: Answer[] = []
  async function note<T>(call: string, work: Promise<T>): Promise<T | undefined> {
    try {
      const value = await work
      answers.push({ call, value: mask(value) })
      return value
    } catch (error) {
      answers.push({ call, ...failureOf(error) })
      return undefined
    }
  }
  await note('app.info', client.app.info())
  const cards = await note('providers.list', client.providers.list())
  const fields = cards?.[0]?.credentials.fields ?? []
  const added = await note(
    'accounts.add',
    client.accounts.add({
      provider: cards?.[0]?.id ?? '',
      label: 'Café ☎ 日本',
      fields: valuesOf(fields.filter(field => !field.secret)),
      secrets: valuesOf(fields.filter(field => field.secret))
    })
  )
  await note('accounts.list', client.accounts.list())
  await note('profiles.list', client.profiles.list({}))
  await note('accounts.get of one that is not there', client.accounts.get({ id: 'acc-nothing' }))
  await note('accounts.add without a label', client.accounts.add({ provider: 'x', label: '', fields: {}, secrets: {} }))
  await note('callbacks.get of a word', client.callbacks.get({ id: 'word' as unknown as number }))
  await note('app.watch: the news of accounts', eventOfAccounts(client, added?.id ?? ''))
  return answers
}

/** Subscribes, changes something, and waits for the news of it: what else happens meanwhile is news, too. */
async function eventOfAccounts(client: Client, accountId: string): Promise<unknown> {
  const events = await client.app.watch()
  const first = events.next()
  // The subscription begins when the first event is asked for.
  await client.accounts.list()
  await client.accounts.update({ id: accountId, label: 'Another label' })
  let next = await first
  while (!next.done && next.value.topic !== 'accounts') next = await events.next()
  await events.return?.()
  return next.value
}

function valuesOf(fields: { name: string; choices?: { value: string }[]; example?: string }[]): Record<string, string> {
  return Object.fromEntries(fields.map(({ name, choices, example }) => [name, choices?.[0]?.value ?? example ?? 'abc']))
}

function failureOf(error: unknown): { code: string; data: unknown } {
  const { code, data } = error as { code?: string; data?: unknown }
  return { code: code ?? String(error), data: mask(data) }
}

const masked: Record<string, string> = { dataDir: '<folder>', hostAbilities: '<abilities>' }

function mask(value: unknown, name = ''): unknown {
  if (masked[name] !== undefined) return masked[name]
  if (name.endsWith('Ms') && typeof value === 'number') return '<time>'
  if (typeof value === 'string') return value.replaceAll(/\b(acc|pro|run|op|his|end|inc)-[0-9a-z]{16}\b/g, '<id>')
  if (Array.isArray(value)) return value.map(item => mask(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mask(item, key)]))
}
