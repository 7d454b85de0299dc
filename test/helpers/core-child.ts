import { join } from 'node:path'
import { faultReport } from '../../src/shared/faults.ts'
import type { FaultReport } from '../../src/shared/faults.ts'
import type { Plan, Run } from '../../src/shared/model/plan.ts'
import { forkNode } from '../../src/main/base/child.ts'
import { systemClock, type Clock } from '../../src/main/base/clock.ts'
import { createLog } from '../../src/main/base/log.ts'
import { openCore } from '../../src/main/core.ts'
import type { Core, CoreOptions } from '../../src/main/core.ts'
import { openVault } from '../../src/main/vault/vault.ts'

export const passphrase = 'correct horse battery staple'

/** The whole core on a data folder, as a host opens it, with its secrets in the passphrase file. */
export function openCoreOn(
  dataDir: string,
  about = 'test',
  clock: Clock = systemClock,
  onStep?: CoreOptions['onStep'],
  more: Partial<CoreOptions> = {}
): Promise<Core> {
  return openCore({
    dataDir,
    vault: 'file',
    passphrase,
    host: { about, abilities: [] },
    fork: forkNode,
    sandboxEntry: join(import.meta.dirname, '../../src/main/sandbox/main.ts'),
    version: '0.0.0',
    clock,
    onStep,
    log: createLog({ file: join(dataDir, 'log.jsonl') }),
    ...more
  })
}

/** Makes the passphrase file before the core does, with keys that cost nothing: for tests that open it many times. */
export async function makeCheapVault(dataDir: string): Promise<void> {
  const vault = await openVault({ driver: 'file', dataDir, passphrase, scryptCost: { N: 2, r: 1, p: 1 } })
  await vault.close()
}

/** Applies the whole plan of now and waits for its end. out: undefined where there was nothing to do. */
export async function applyPlan(core: Core): Promise<Run | undefined> {
  const plan: Plan = await core.client.plans.make({})
  if (plan.changes.length === 0) return undefined
  const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
  let run: Run | undefined
  for await (const event of await core.client.runs.apply({ hash: plan.hash, confirm })) {
    if (event.type === 'finished') run = event.run
  }
  return run
}

/** The report of a fault as the methods throw it; anything else is thrown on. */
export function reportIn(error: unknown): FaultReport {
  const found = faultReport.safeParse(error instanceof Error && 'data' in error ? error.data : undefined)
  if (!found.success) throw error
  return found.data
}

export async function codeFrom(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    return reportIn(error).code
  }
}

/** Numbers that follow from a seed: from 0 up to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
