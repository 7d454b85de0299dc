import { contract, type Client } from '../../src/shared/contract/index.ts'

const changing = new RegExp(
  `^(${[
    'act|add|adopt|ask|update|remove|delete|clear|choose|set|unset|create|revert|release|resolve|rollback|apply|cancel|start',
    'stop|serve|call|text|simulate|pull|watch|wait|test|note|replay|retry|import|configure|renewAuthority|lock|unlock|move',
    'setAutoLock|setPolicy|changePassphrase|save|saveAs|begin|put|restore'
  ].join('|')})$`
)

type Method = (input: unknown) => Promise<unknown>

/**
 * What every method of the contract that only reads answers, those included that are added later: each is called with every
 * input that could fit. out: values and errors as JSON.
 */
export async function everyAnswer(client: Client): Promise<string[]> {
  const inputs = await inputsOf(client)
  const said: string[] = []
  for (const [noun, methods] of Object.entries(contract)) {
    for (const verb of Object.keys(methods).filter(name => !changing.test(name))) {
      const method = (client as unknown as Record<string, Record<string, Method>>)[noun]?.[verb]
      for (const input of method ? inputs : []) said.push(await answerOf(method, input))
    }
  }
  return said
}

async function inputsOf(client: Client): Promise<unknown[]> {
  const ids = [
    ...(await client.accounts.list()),
    ...(await client.profiles.list({})),
    ...(await client.runs.list({})),
    ...(await client.callbacks.list({}))
  ].map(({ id }) => id)
  return [undefined, {}, ...ids.flatMap(id => [{ id }, { accountId: id }, { profileId: id }])]
}

async function answerOf(method: Method | undefined, input: unknown): Promise<string> {
  try {
    return JSON.stringify((await method?.(input)) ?? null)
  } catch (error) {
    return JSON.stringify({ ...(error as object), text: String(error) })
  }
}
