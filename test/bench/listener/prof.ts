import { mkdtempSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { createBus } from '../../../src/main/base/bus.ts'
import { systemClock } from '../../../src/main/base/clock.ts'
import { createListener } from '../../../src/main/listener/listener.ts'
import { createRegistry } from '../../../src/main/providers/registry.ts'
import { openStore } from '../../../src/main/store/open.ts'
import { runLoad } from './processes.ts'
import { Session } from 'node:inspector/promises'
const dataDir = mkdtempSync('/tmp/plugboard-prof-')
const store = await openStore({ dataDir, clock: systemClock, leavesLog: true })
const listener = createListener({
  store,
  registry: createRegistry(),
  clock: systemClock,
  bus: createBus(() => Date.now()),
  secretsFor: async () => ({}),
  keyFor: async () => undefined,
  holder: { id: 'x', pid: process.pid, machine: hostname(), about: 'x' }
})
const endpoint = listener.addEndpoint({ label: 'Bench' })
const { port } = await listener.start({ port: 0 })
const url = `http://127.0.0.1:${port}/in/${endpoint.key}`
console.log(JSON.stringify(await runLoad(url, { connections: 50, bytes: 2048, seconds: 2 })))
const s = new Session()
s.connect()
await s.post('Profiler.enable')
await s.post('Profiler.setSamplingInterval', { interval: 200 })
await s.post('Profiler.start')
console.log(JSON.stringify(await runLoad(url, { connections: 50, bytes: 2048, seconds: 3 })))
const { profile } = await s.post('Profiler.stop')
const self = new Map<number, number>()
let total = 0
profile.samples!.forEach((id, i) => {
  const d = profile.timeDeltas![i]!
  total += d
  self.set(id, (self.get(id) ?? 0) + d)
})
const by = new Map<string, number>()
for (const n of profile.nodes) {
  const f = n.callFrame
  const k = `${f.functionName} ${f.url.split('/').slice(-3).join('/')}:${f.lineNumber}`
  by.set(k, (by.get(k) ?? 0) + (self.get(n.id) ?? 0))
}
for (const [k, v] of [...by].sort((a, b) => b[1] - a[1]).slice(0, 35))
  console.log(((v / total) * 100).toFixed(1).padStart(5), k)
await listener.close()
store.close()
rmSync(dataDir, { recursive: true })
process.exit()
