/**
 * The listener's budgets, in one run: `node test/bench/listener/main.ts [--quick] [--no-peers] [--callbacks N] [--part throughput|volume]
 * [--folder DIR]`. Each target and the load generator are processes of their own. Also measured is what the disk allows (the same server,
 * appending to a file), because how long a flush takes is the disk's doing and nobody's budget. out: JSON lines, then what was
 * measured against each budget. Ratios count; milliseconds depend on the computer and on what else it does.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPlugboard } from './built.ts'
import { report, say } from './report.ts'
import { measureThroughput } from './throughput.ts'
import { measureVolume } from './volume.ts'

const { values } = parseArgs({
  allowNegative: true,
  options: {
    quick: { type: 'boolean', default: false },
    peers: { type: 'boolean', default: true },
    callbacks: { type: 'string' },
    part: { type: 'string' },
    folder: { type: 'string', default: tmpdir() }
  }
})
const isQuick = values.quick
const callbacks = Number(values.callbacks ?? (isQuick ? 20_000 : 100_000))
const plugboard = await buildPlugboard()
const load = { connections: 50, bytes: 2_048, seconds: isQuick ? 2 : 5 }
const dataDir = await mkdtemp(join(values.folder, 'plugboard-bench-'))

say('circumstances', {
  cores: availableParallelism(),
  loadBefore: loadavg().map(each => +each.toFixed(1)),
  callbacks,
  ...(callbacks < 1_000_000 && { note: 'the budgets are about 1,000,000 callbacks: --callbacks 1000000' })
})
try {
  const measured = {
    ...(values.part !== 'volume' &&
      (await measureThroughput({ plugboard, dataDir, load, rounds: isQuick ? 3 : 5, withPeers: values.peers }))),
    ...(values.part !== 'throughput' &&
      (await measureVolume({ plugboard, dataDir, load, callbacks, floodSeconds: isQuick ? 4 : 10 })))
  }
  report(measured)
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
