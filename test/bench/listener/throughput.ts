import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openTarget, runLoad, type Load, type Measured, type Target } from './processes.ts'
import { say, type Figures } from './report.ts'

type Round = Measured & { cpuUs: number | null }
export type ThroughputOptions = { plugboard: string; dataDir: string; load: Load; rounds: number; withPeers: boolean }

/** All targets in turn, round by round, so that what else the computer does meets them alike. The median round counts. */
export async function measureThroughput(options: ThroughputOptions): Promise<Figures> {
  const { dataDir, load, rounds, withPeers } = options
  const targets: Record<string, Target> = {
    bare: await openTarget('target-bare.ts', []),
    append: await openTarget('target-append.ts', [dataDir]),
    plugboard: await openTarget(options.plugboard, [join(dataDir, 'first')]),
    ...(withPeers && (await openPeers(dataDir)))
  }
  const measured: Record<string, Round[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, target] of Object.entries(targets)) (measured[name] ??= []).push(await measure(target, load))
  }
  const rate = (name: string) => median(measured[name], each => each.perSecond)
  const ratio = (name: string) => +(rate('plugboard') / rate(name)).toFixed(2)
  for (const [name, target] of Object.entries(targets)) {
    const rows = measured[name] ?? []
    say(name, {
      perSecond: rate(name),
      p50Ms: median(rows, each => each.p50),
      p99Ms: median(rows, each => each.p99),
      cpuUsPerRequest: rows[0]?.cpuUs == null ? undefined : Math.round(median(rows, each => each.cpuUs ?? 0)),
      statuses: Object.assign({}, ...rows.map(each => each.statuses)),
      ...(await target.order({ do: 'memory' }))
    })
  }
  say('ratios', { toBare: ratio('bare'), toWhatTheDiskAllows: ratio('append'), ...(withPeers && toPeers(ratio)) })
  const atThousand = await steady(targets, load)
  for (const target of Object.values(targets)) await target.end()
  return { toBare: ratio('bare'), ...(withPeers && { toMockoon: ratio('mockoon') }), p99AtThousand: atThousand }
}

function toPeers(ratio: (name: string) => number): object {
  return { toMockoon: ratio('mockoon'), toMockttp: ratio('mockttp') }
}

async function measure(target: Target, load: Load): Promise<Round> {
  const before = await target.order({ do: 'cpu' })
  const result = await runLoad(target.url, load)
  const after = await target.order({ do: 'cpu' })
  const isKnown = typeof before['cpuUs'] === 'number'
  return { ...result, cpuUs: isKnown ? (Number(after['cpuUs']) - Number(before['cpuUs'])) / result.answered : null }
}

/** out: Plugboard's p99 at 1,000 a second; what the others have there tells how much of it is the computer's. */
async function steady(targets: Record<string, Target>, load: Load): Promise<number> {
  const p99: Record<string, number> = {}
  for (const name of ['bare', 'append', 'plugboard']) {
    const target = targets[name]
    if (!target) continue
    const { p50, p99: high, max, statuses } = await runLoad(target.url, { ...load, rate: 1_000 })
    say(`${name} at 1,000 a second`, { p50Ms: p50, p99Ms: high, maxMs: max, statuses })
    p99[name] = high
  }
  return p99['plugboard'] ?? 0
}

function median(rows: Round[] = [], of: (each: Round) => number): number {
  return rows.map(of).toSorted((a, b) => a - b)[Math.floor(rows.length / 2)] ?? 0
}

/** Installed beside this bench when they are first wanted; the app never depends on them. */
async function openPeers(dataDir: string): Promise<Record<string, Target>> {
  const folder = join(import.meta.dirname, 'peers')
  if (!existsSync(join(folder, 'node_modules'))) {
    const command = ['install', '--no-audit', '--no-fund', '--ignore-scripts']
    const installed = spawnSync('npm', command, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' })
    if (installed.status !== 0) throw new Error('the peers could not be installed; --no-peers goes without them')
  }
  return {
    mockoon: await openTarget('target-mockoon.ts', [dataDir]),
    mockttp: await openTarget('target-mockttp.ts', [])
  }
}
