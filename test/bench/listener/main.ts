/**
 * The listener's budgets, as ratios in one run: `node test/bench/listener/main.ts [--quick] [--peers] [--callbacks N]`. Each target and the
 * load generator are processes of their own. Also shown is what the disk allows (the same server, appending to a file), because how long
 * a flush takes is the disk's doing and nobody's budget.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openTarget, runLoad, type Measured, type Target } from './processes.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: false },
    callbacks: { type: 'string' },
    folder: { type: 'string', default: tmpdir() }
  }
})
const callbacks = Number(values.callbacks ?? (values.quick ? 20_000 : 1_000_000))
const rounds = values.quick ? 2 : 5
const load = { connections: 50, bytes: 2_048, seconds: values.quick ? 2 : 5 }
const dataDir = await mkdtemp(join(values.folder, 'plugboard-bench-'))

try {
  await throughput()
  await volume()
} finally {
  await rm(dataDir, { recursive: true, force: true })
}

/** Round by round, all targets in turn, so that what else the computer does meets them alike. The median round counts. */
async function throughput(): Promise<void> {
  const targets: Record<string, Target> = {
    bare: await openTarget('target-bare.ts', []),
    append: await openTarget('target-append.ts', [dataDir]),
    plugboard: await openTarget('target-plugboard.ts', [join(dataDir, 'first')]),
    ...(values.peers && (await peers()))
  }
  const measured: Record<string, (Measured & { cpuUs: number })[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, target] of Object.entries(targets)) (measured[name] ??= []).push(await measure(target))
  }
  const median = (name: string, of: (each: Measured & { cpuUs: number }) => number) =>
    (measured[name] ?? []).map(of).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
  const perSecond = (name: string) => median(name, each => each.perSecond)
  for (const name of Object.keys(targets))
    say(name, {
      perSecond: perSecond(name),
      p50Ms: median(name, each => each.p50),
      p99Ms: median(name, each => each.p99),
      cpuUsPerRequest: Math.round(median(name, each => each.cpuUs))
    })
  const ratio = (name: string) => +(perSecond('plugboard') / perSecond(name)).toFixed(2)
  say('ratio', {
    toBare: ratio('bare'),
    budgetToBare: 0.5,
    toWhatTheDiskAllows: ratio('append'),
    ...(values.peers && { toMockoon: ratio('mockoon'), budgetToMockoon: 5, toMockttp: ratio('mockttp') })
  })
  for (const name of ['bare', 'append', 'plugboard']) {
    const target = targets[name]
    if (target) say(`${name} at 1,000/s`, await runLoad(target.url, { ...load, rate: 1_000 }))
  }
  for (const target of Object.values(targets)) await target.end()
}

async function measure(target: Target): Promise<Measured & { cpuUs: number }> {
  const before = Number((await target.order({ do: 'cpu' }))['cpuUs'])
  const result = await runLoad(target.url, load)
  const after = Number((await target.order({ do: 'cpu' }))['cpuUs'])
  return { ...result, cpuUs: (after - before) / result.answered }
}

/** One database that grows: memory, clicks under a flood, search and start on all of it. */
async function volume(): Promise<void> {
  const folder = join(dataDir, 'second')
  const target = await openTarget('target-plugboard.ts', [folder])
  const steps = 4
  for (let step = 1; step <= steps; step++) {
    const { perSecond, statuses } = await runLoad(target.url, { ...load, seconds: undefined, count: callbacks / steps })
    say(`after ${(callbacks / steps) * step}`, { perSecond, statuses, ...(await target.order({ do: 'memory' })) })
  }
  await target.order({ do: 'watch' })
  const flood = { ...load, seconds: values.quick ? 4 : 10 }
  const [, calls] = await Promise.all([
    runLoad(target.url, flood),
    target.order({ do: 'calls', seconds: flood.seconds - 1 })
  ])
  say('clicks under a flood, with a window that watches (budget: p99 50 ms)', calls)
  say('all looked at and indexed', await target.order({ do: 'settle', seconds: values.quick ? 120 : 1_800 }))
  say('search (budget: 50 ms)', await target.order({ do: 'search' }))
  say('caught', await target.order({ do: 'caught' }))
  await target.end()
  const again = await openTarget('target-plugboard.ts', [folder])
  say('start on it (budget: 300 ms)', { openMs: again.said['openMs'] })
  await again.end()
}

/** Installed beside this bench at its first run with `--peers`; the app never depends on them. */
async function peers(): Promise<Record<string, Target>> {
  const folder = join(import.meta.dirname, 'peers')
  if (!existsSync(join(folder, 'node_modules'))) {
    const installed = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
      cwd: folder,
      stdio: 'inherit'
    })
    if (installed.status !== 0) throw new Error('the peers could not be installed')
  }
  return {
    mockoon: await openTarget('target-mockoon.ts', [dataDir]),
    mockttp: await openTarget('target-mockttp.ts', [])
  }
}

function say(what: string, figures: object): void {
  console.log(JSON.stringify({ what, ...figures }))
}
