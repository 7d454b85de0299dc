/**
 * Edits as fast as it can, without a network, until it is killed. in: data folder, seed, round.
 * out: `ready`; a line before each edit (`try`) and one when it was acknowledged (`ack`), as JSON of `FloodLine`.
 */
import type { Settings } from '../../src/shared/model/field.ts'
import type { Profile } from '../../src/shared/model/profile.ts'
import { openCoreOn, seeded } from './core-child.ts'
import { changeOf, copyOf, providers, secretNames } from './provider-edits.ts'

/** `settings`: what is wanted then, secrets by their values; null for a delete. `id`: of what is not created yet: ''. */
export type FloodLine = { what: 'try' | 'ack'; id: string; settings: Settings | null }

const [dataDir = '', seed = '0', round = '0'] = process.argv.slice(2)
const random = seeded(Number(seed) * 1_000 + Number(round))
const core = await openCoreOn(dataDir, `flood ${round}`)
const { profiles } = core.client
const kinds = new Map(providers.flatMap(({ kinds: own }) => Object.entries(own)))
process.stdout.write('ready\n')

for (let step = 0; ; step += 1) {
  const there = (await profiles.list({})).filter(({ local }) => local !== null)
  const chosen = there[Math.floor(random() * there.length)]
  if (chosen) await editOne(chosen, `r${round}s${step}`)
}

async function editOne(profile: Profile, tag: string): Promise<void> {
  const kind = kinds.get(profile.kind)
  if (!kind) throw new Error(`no kind ${profile.kind}`)
  const { id, accountId } = profile
  const local = profile.local ?? {}
  const dice = random()
  if (dice < 0.2 && kind.card.create.state !== 'cannot') {
    const settings = copyOf(kind, local, tag)
    if (!settings) return
    tell('try', '', settings)
    tell('ack', (await profiles.create({ accountId, kind: profile.kind, settings })).id, settings)
  } else if (dice < 0.3 && kind.card.remove.state !== 'cannot') {
    tell('try', id, null)
    await profiles.delete({ id })
    tell('ack', id, null)
  } else {
    const change = changeOf(kind, local, tag)
    if (!change) return
    const names = secretNames(kind, local)
    const open = Object.entries(local).filter(([name]) => !names.includes(name))
    tell('try', id, { ...Object.fromEntries(open), ...change })
    await profiles.set({ id, settings: change })
    tell('ack', id, { ...Object.fromEntries(open), ...change })
  }
}

function tell(what: FloodLine['what'], id: string, settings: Settings | null): void {
  process.stdout.write(`${JSON.stringify({ what, id, settings } satisfies FloodLine)}\n`)
}
