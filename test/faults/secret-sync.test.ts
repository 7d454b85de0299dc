import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Core } from '../../src/main/core.ts'
import type { Kind } from '../../src/main/providers/contract.ts'
import { applyPlan } from '../helpers/core-child.ts'
import { everyAnswer } from '../helpers/every-answer.ts'
import { startKillProxy, type KillProxy } from '../helpers/kill-proxy.ts'
import { changeOf, profilesOf, providers, secretNames, type Edited } from '../helpers/provider-edits.ts'
import {
  copyFolder,
  endStateOf,
  makeEditedFolder,
  settleAll,
  skippingClock,
  startWorld,
  withCore,
  type EndState,
  type World
} from '../helpers/provider-world.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

// However a provider gives back the secrets that it was sent, or those that it had: what was sent stays there, nothing
// masked is ever sent, and no value is in the data folder, in a plan, in the history or in any other answer.

/** What a secret reads as; undefined: it is left out. */
const showings: Record<string, (secret: string) => string | null | undefined> = {
  'in clear': secret => secret,
  masked: () => '********',
  'masked but for its end': secret => `${'*'.repeat(8)}${secret.slice(-2)}`,
  'as dots': () => '••••••••',
  'as an empty text': () => '',
  'as null': () => null,
  'not at all': () => undefined
}

/** Switches under which a simulator shows its secrets, where it does not anyhow. */
const showing: Record<string, Record<string, unknown>> = { textmarks: { showToken: true } }

const withSecrets = providers.filter(({ kinds }) => Object.values(kinds).some(kind => hasSecrets(kind)))

type Stage = {
  world: World
  proxy: KillProxy
  template: string
  edited: Edited
  wireNames: Set<string>
  seen: Set<string>
}

test('the providers with secret settings are known from their cards', () => {
  expect(withSecrets.map(({ card }) => card.id)).toEqual(expect.arrayContaining(['jframework', 'ocamba', 'textmarks']))
})

describe.concurrent.each(withSecrets.map(provider => [provider.card.id, provider] as const))('%s', (id, provider) => {
  let stage: Stage
  let end: EndState

  beforeAll(async () => {
    const world = await startWorld(provider)
    const proxy = await startKillProxy(() => world.simulator.url)
    const made = await makeEditedFolder(world, proxy.url)
    stage = { world, proxy, ...made, wireNames: new Set(), seen: new Set() }
    end = await inCopy(stage, async core => {
      await world.simulator.control('PUT', 'switches', showing[id] ?? {})
      proxy.rewrite = body => walk(body, (name, text) => (note(stage, name, text), text))
      await settleAll(core, skippingClock())
      return endStateOf(world, made.edited)
    })
  })
  afterAll(async () => {
    await stage?.proxy.close()
    await stage?.world.close()
  })

  test('it shows its secrets here, so that something is tried', () => {
    expect([...stage.wireNames]).not.toEqual([])
    expect(end.secretsThere).toEqual(stage.edited.secrets.map(() => true))
  })

  test('however secrets are given back, they are kept there and nowhere here', async () => {
    for (const [how, show] of Object.entries(showings)) {
      stage.proxy.rewrite = body =>
        walk(body, (name, text) => {
          if (!stage.wireNames.has(name)) return text
          if (text !== '') stage.seen.add(text)
          return show(text)
        })
      await inCopy(stage, async (core, dataDir) => {
        await stage.world.simulator.control('PUT', 'switches', showing[id] ?? {})
        const digests = digestsIn(await stage.world.simulator.stateText())
        await openEditsOnly(core, provider.kinds)
        const kept = digestsIn(await stage.world.simulator.stateText())
        expect({ how, lost: digests.filter(digest => !kept.includes(digest)) }).toEqual({ how, lost: [] })
        await settleAll(core, skippingClock())
        const told = await changeSecrets(core, provider.kinds)
        const all = [...stage.seen, ...stage.edited.secrets, ...told.secrets]
        expect({ how, traces: all.flatMap(secret => tracesIn(dataDir, secret)) }).toEqual({ how, traces: [] })
        // What is masked is no secret any more: the answers are looked through once.
        const answers = how === 'in clear' ? await everyAnswer(core.client) : []
        const said = [...told.said, ...answers].join('\n')
        expect({ how, said: all.filter(secret => isTraceIn(said, secret)) }).toEqual({ how, said: [] })
        const state = await endStateOf(stage.world, { ...stage.edited, secrets: told.secrets })
        expect({ how, there: state.secretsThere }).toEqual({ how, there: told.secrets.map(() => true) })
      })
    }
  }, 120_000)
})

function hasSecrets({ card: { form } }: Kind): boolean {
  const variants = [...(form.variants?.options ?? []), ...(form.variants?.other ? [form.variants.other] : [])]
  return [...form.fields, ...variants.flatMap(({ fields }) => fields)].some(card => card.secret)
}

/** Learns under which names the secrets of the edits come back. */
function note({ edited, wireNames }: Stage, name: string, text: string): void {
  if (edited.secrets.includes(text)) wireNames.add(name)
}

async function inCopy<T>({ world, template }: Stage, work: (core: Core, dataDir: string) => Promise<T>): Promise<T> {
  await world.simulator.control('POST', 'reset')
  const dataDir = await copyFolder(world, template, 'copy')
  try {
    return await withCore(dataDir, core => work(core, dataDir), skippingClock())
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/**
 * Applies changes of open settings alone, of profiles whose secrets were never entered here. Where the secret would have to
 * go along, the plan says so, and the change is dropped again.
 */
async function openEditsOnly(core: Core, kinds: Record<string, Kind>): Promise<void> {
  const before = await core.client.plans.make({})
  const planned = new Set(before.changes.map(({ profileId }) => profileId))
  const only: string[] = []
  for (const kind of Object.values(kinds)) {
    const [account] = await core.client.accounts.list()
    const untouched = (await profilesOf(core, account?.id ?? '', kind)).filter(({ id }) => !planned.has(id))
    for (const { id, local } of untouched) {
      const change = changeOf(kind, local ?? {}, 'open')
      const names = secretNames(kind, local ?? {})
      const open = Object.entries(change ?? {}).filter(([name]) => !names.includes(name))
      const settings = Object.fromEntries(open)
      if (open.length === 0) continue
      await core.client.profiles.set({ id, settings })
      only.push(id)
    }
  }
  const { guards } = await core.client.plans.make({})
  const closed = new Set(guards.flatMap(({ confirm, profileId }) => (confirm === null && profileId ? [profileId] : [])))
  for (const id of only.filter(one => closed.has(one))) await core.client.profiles.revert({ id })
  await applyOnly(
    core,
    only.filter(id => !closed.has(id))
  )
}

async function applyOnly(core: Core, only: string[]): Promise<void> {
  if (only.length === 0) return
  const { hash, guards } = await core.client.plans.make({})
  const confirm = guards.flatMap(guard => guard.confirm ?? [])
  for await (const event of await core.client.runs.apply({ hash, only, confirm }))
    if (event.type === 'finished') expect(event.run.operations.filter(({ state }) => state !== 'done')).toEqual([])
}

/** A new value for every secret that is in the vault: shown as changed, never as what it is; applied; then nothing is left. */
async function changeSecrets(core: Core, kinds: Record<string, Kind>) {
  const secrets: string[] = []
  for (const { id, kind, local } of await core.client.profiles.list({})) {
    const names = kinds[kind] ? secretNames(kinds[kind], local ?? {}) : []
    for (const name of names.filter(one => typeof local?.[one] === 'object')) {
      const value = `canary-second-${id}-${name}`
      await core.client.profiles.set({ id, settings: { [name]: value } })
      secrets.push(value)
    }
  }
  const plan = await core.client.plans.make({})
  const shown = plan.changes.flatMap(({ settings }) => settings)
  expect(shown).toHaveLength(secrets.length)
  for (const one of shown) expect(one).toMatchObject({ secret: true, to: { $secret: expect.any(Number) as number } })
  const run = await applyPlan(core)
  expect(run?.state).toBe('done')
  await core.client.profiles.pull({})
  expect(await core.client.plans.make({})).toMatchObject({ changes: [], conflicts: [], held: [] })
  return { secrets, said: [JSON.stringify(plan), JSON.stringify(run)] }
}

function digestsIn(text: string): string[] {
  return text.match(/(?<=Digest": "|sha256:)[0-9a-f]{64}/g) ?? []
}

/** A JSON text with each of its texts replaced, by the name under which it stands. */
function walk(body: string, replace: (name: string, text: string) => string | null | undefined): string {
  if (!body.startsWith('{') && !body.startsWith('[')) return body
  return JSON.stringify(
    JSON.parse(body, (name, value: unknown) => (typeof value === 'string' ? replace(name, value) : value))
  )
}
