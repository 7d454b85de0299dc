import { join } from 'node:path'
import { openTarget, runLoad, type Load } from './processes.ts'
import { say, type Figures } from './report.ts'

export type VolumeOptions = {
  /** The program. */
  plugboard: string
  dataDir: string
  load: Load
  callbacks: number
  floodSeconds: number
}

const quarters = 4
const settleSeconds = 7_200

/** One database that grows: memory, clicks under a flood, then search and start on all of it. */
export async function measureVolume(options: VolumeOptions): Promise<Figures> {
  const { plugboard, dataDir, load, callbacks, floodSeconds } = options
  const folder = join(dataDir, 'second')
  const target = await openTarget(plugboard, [folder])
  const rssMb: number[] = []
  for (let quarter = 1; quarter <= quarters; quarter++) {
    const part = { ...load, seconds: undefined, count: Math.round(callbacks / quarters) }
    const { perSecond, p99, statuses } = await runLoad(target.url, part)
    const memory = await target.order({ do: 'memory' })
    rssMb.push(Number(memory['rssMb']))
    say(`after ${part.count * quarter} callbacks`, { perSecond, p99Ms: p99, statuses, ...memory })
  }
  await target.order({ do: 'watch' })
  const calling = target.order({ do: 'calls', seconds: floodSeconds - 1 })
  await runLoad(target.url, { ...load, seconds: floodSeconds })
  const calls = await calling
  say('clicks under a flood, with a window that watches', calls)
  say('all looked at and indexed', await target.order({ do: 'settle', seconds: settleSeconds }))
  say('callbacks', await target.order({ do: 'caught' }))
  const search = await target.order({ do: 'search' })
  say('search, ms', search)
  await target.end()
  return {
    memoryGrowth: +((rssMb.at(-1) ?? 0) / (rssMb[0] ?? 1)).toFixed(2),
    callP99Ms: Number(calls['p99']),
    searchMs: Math.max(...Object.values(search).map(Number)),
    ...(await measureStart(plugboard, folder))
  }
}

async function measureStart(plugboard: string, folder: string): Promise<Figures> {
  const target = await openTarget(plugboard, [folder, 'idle'])
  const openMs = Number(target.said['openMs'])
  const { rssMb } = await target.order({ do: 'memory' })
  await target.order({ do: 'listen' })
  const listening = await target.order({ do: 'memory' })
  say('start on it', { openMs, idleMb: rssMb, withTheListenerMb: listening['rssMb'] })
  await target.end()
  return { openMs, idleMb: Number(rssMb) }
}
