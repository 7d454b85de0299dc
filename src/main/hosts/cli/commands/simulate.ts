import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Client } from '#shared/contract/index.ts'
import { deliveries, type Deliveries, type Simulated } from '#shared/model/lab.ts'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { findEndpoint } from '../addressing.ts'
import { parseAssignments } from '../assignments.ts'
import type { Action } from '../main.ts'
import { countText } from '../table.ts'
import { callbackText } from './callbacks.ts'

/** How long it waits for the look at what it sent; the answer itself is there by then. */
const lookLimitMs = 5_000

type Options = {
  to?: string
  endpoint?: string
  count: number
  duplicates: number
  reordered?: true | number
  late: number
  retries?: 'provider' | 'fast'
}

export function addSimulate(program: Command, run: (action: Action) => void): void {
  const { count, duplicates, lateMs } = deliveries.shape
  program
    .command('simulate <provider> <sample> [field=value...]')
    .description('a realistic callback through the real listener')
    .option('--to <url>', 'send it there instead')
    .option('--endpoint <endpoint>', 'to this endpoint, signed as it is checked')
    .option('--count <n>', 'so many different ones', text => wholeIn(text, count), 1)
    .option('--duplicates <n>', 'each so many times more, as providers do', text => wholeIn(text, duplicates), 0)
    .option('--reordered [seed]', 'in another order; the seed of one that was gives it again', seedOf)
    .option('--late <seconds>', 'signed so long ago', text => wholeIn(text, lateMs, 1_000), 0)
    .addOption(
      new Option(
        '--retries <how>',
        'repeat what is not answered 2xx as the provider does; fast: each wait at most a second'
      ).choices(['provider', 'fast'])
    )
    .action((provider: string, sample: string, words: string[], options: Options) =>
      run(simulate({ provider, sample, words }, options))
    )
}

function simulate(sample: { provider: string; sample: string; words: string[] }, options: Options): Action {
  return async context => {
    const { client } = (await context.open()).core
    const endpointId = options.endpoint === undefined ? undefined : (await findEndpoint(client, options.endpoint)).id
    const running = await client.listener.status()
    const ownListener = options.to === undefined && running.state === 'stopped'
    const order = { ...sample, to: options.to, endpointId, deliveries: deliveriesOf(options) }
    const looked = ownListener ? await startOwnListener(client) : undefined
    const abort = new AbortController()
    void context.stopped().then(() => abort.abort())
    const { words, ...rest } = order
    const sent = await client.callbacks.simulate({ ...rest, fields: parseAssignments(words) }, { signal: abort.signal })
    const callback = await looked?.()
    return { value: sent, text: [sentText(sent), ...(callback ? [callbackText(callback)] : [])].join('\n') }
  }
}

function deliveriesOf({ count, duplicates, reordered, late, retries }: Options): Deliveries {
  return {
    count,
    duplicates,
    reordered: reordered !== undefined,
    ...(typeof reordered === 'number' && { seed: reordered }),
    lateMs: late * 1_000,
    retries: retries ?? 'none'
  }
}

function sentText({ to, status, sent, taken, said }: Simulated): string {
  const first =
    sent === 1
      ? `Sent to ${to}: answered ${status}.`
      : `Sent ${countText(sent, 'request')} to ${to}: ${taken} answered 2xx, the last one answered ${status}.`
  return [first, ...said].join('\n')
}

/** For this command alone. in: origin: of what it sends. out: waits until the next callback was decoded and judged, which comes after its answer. */
export async function startOwnListener(
  client: Client,
  origin: CallbackSummary['origin'] = 'simulate'
): Promise<() => Promise<CallbackSummary | undefined>> {
  const abort = new AbortController()
  const caught = await client.callbacks.watch(undefined, { signal: abort.signal })
  await client.listener.start({ port: 0 })
  return async () => {
    const limit = setTimeout(() => abort.abort(), lookLimitMs)
    try {
      for await (const callback of caught) {
        if (callback.verdict !== null && callback.origin === origin) return callback
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error
    } finally {
      clearTimeout(limit)
      abort.abort()
    }
    return undefined
  }
}

type Bounds = { safeParse(value: unknown): { success: boolean; data?: unknown } }

/** in: scale: of the number in the schema's unit. */
function wholeIn(text: string, bounds: Bounds, scale = 1): number {
  if (/^\d{1,10}$/.test(text) && bounds.safeParse(Number(text) * scale).success) return Number(text)
  throw new InvalidArgumentError('It must be a whole number, and not too large.')
}

function seedOf(text: string): number {
  return wholeIn(text, deliveries.shape.seed)
}
