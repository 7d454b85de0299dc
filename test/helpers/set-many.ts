/**
 * Sets one setting of a profile many times, and looks each time whether it is still what it was set to: nobody else touches
 * it. in: data folder, profile, setting, how often. out: `ready`; after a line of stdin it begins; a JSON line of those that were lost.
 */
import { once } from 'node:events'
import { openCoreOn } from './core-child.ts'

const [dataDir = '', id = '', setting = '', times = '0'] = process.argv.slice(2)
const core = await openCoreOn(dataDir, setting)
const { profiles } = core.client
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const lost: string[] = []
for (let number = 1; number <= Number(times); number += 1) {
  const value = `https://${setting.toLowerCase()}.example.com/${number}`
  await profiles.set({ id, settings: { [setting]: value } })
  if ((await profiles.get({ id })).local?.[setting] !== value) lost.push(value)
}
await core.close()
process.stdout.write(`${JSON.stringify(lost)}\n`)
process.exit(0)
