/**
 * Opens the core and edits and applies until it is killed. in: data folder, seed, round. out: a line before each edit
 * (`try KEY VALUE`), one when it was acknowledged (`ack KEY VALUE`), one for each run; a delete has the value `-`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Profile } from '../../src/shared/model/profile.ts'
import { applyPlan, openCoreOn, reportIn, seeded } from './core-child.ts'

const [dataDir = '', seed = '0', round = '0'] = process.argv.slice(2)
const random = seeded(Number(seed) * 1_000 + Number(round))
const core = await openCoreOn(dataDir, `round ${round}`)
const { client } = core
const [account] = await client.accounts.list()
if (!account) throw new Error('the data folder has no account')
console.log('ready')

for (let step = 0; ; step += 1) {
  await editOne(step)
  if (random() < 0.5) continue
  const settled = settle()
  // Edits go on while the plan is carried out.
  await sleep(random() * 60)
  if (random() < 0.5) await editOne(step + 0.5)
  await settled
}

async function editOne(step: number): Promise<void> {
  const there = (await client.profiles.list({})).filter(isOurs)
  const chosen = there[Math.floor(random() * there.length)]
  const dice = random()
  const value = `https://crm.example.com/${round}/${step}`
  const key = `made${round}x${String(step).replace('.', 'x')}`
  if (dice < 0.25 || !chosen) {
    const of = { accountId: account?.id ?? '', kind: 'app-setting', settings: { key, value } }
    await edit(key, value, () => client.profiles.create(of))
  } else if (dice < 0.4) await edit(keyOf(chosen), '-', () => client.profiles.delete({ id: chosen.id }))
  else await edit(keyOf(chosen), value, () => client.profiles.set({ id: chosen.id, settings: { value } }))
}

async function edit(key: string, value: string, work: () => Promise<unknown>): Promise<void> {
  console.log(`try ${key} ${value}`)
  await work()
  console.log(`ack ${key} ${value}`)
}

async function settle(): Promise<void> {
  try {
    const run = await applyPlan(core)
    console.log(`run ${run?.state ?? 'none'} ${run?.writes ?? 0}`)
  } catch (error) {
    // An edit came between the plan and its apply.
    if (reportIn(error).code !== 'plan-changed') throw error
  }
  if (random() < 0.2) await client.profiles.pull({})
}

/** Those whose value may be any address. */
function isOurs(profile: Profile): boolean {
  return keyOf(profile).startsWith('made')
}

function keyOf(profile: Profile): string {
  const key = profile.local?.['key']
  return typeof key === 'string' ? key : ''
}
