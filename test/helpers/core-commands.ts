/** A core that does what its lines of stdin say: `apply`, `pull`, `set KEY VALUE`. out: `ready`, then `done` or a fault's code for each. */
import { createInterface } from 'node:readline'
import { applyPlan, openCoreOn, reportIn } from './core-child.ts'

const core = await openCoreOn(process.argv[2] ?? '', 'command line')
console.log('ready')
for await (const line of createInterface({ input: process.stdin })) {
  try {
    await obey(line.split(' '))
    console.log('done')
  } catch (error) {
    console.log(reportIn(error).code)
  }
}
await core.close()

async function obey([command, key, value = '']: string[]): Promise<void> {
  const { profiles } = core.client
  if (command === 'pull') await profiles.pull({})
  else if (command === 'apply') await applyPlan(core)
  else {
    const found = (await profiles.list({})).find(({ local }) => local?.['key'] === key)
    await profiles.set({ id: found?.id ?? '', settings: { value } })
  }
}
