import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import { randomWord } from '../../base/ids.ts'
import { createDemoShell } from './demo-shell.ts'
import { tours, type Tour } from './demo-tours.ts'
import { walk } from './demo-walk.ts'
import type { Action, Context } from './main.ts'

/**
 * The main job as a person does it, at one provider after the other, with the real commands in processes of their own, on
 * data folders that are thrown away: account → test → pull → edit while the provider is away → plan → apply → seen at the
 * simulator → its callback caught.
 */
export const demo =
  (providers: string[]): Action =>
  async context => {
    const chosen = providers.length === 0 ? tours : tours.filter(tour => providers.includes(tour.provider))
    const known = tours.map(tour => tour.provider)
    const unknown = providers.find(provider => !known.includes(provider))
    if (unknown !== undefined) {
      throw new Fault('not-found', { message: `There is no demo of "${unknown}" (there is: ${known.join(', ')})` })
    }
    const seen = []
    for (const tour of chosen) seen.push(await takeTour(context, tour))
    return {
      value: seen,
      text: 'Done: each change is at its provider, each callback is on disk, and the secrets were only in the vault.'
    }
  }

async function takeTour(context: Context, tour: Tour) {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-demo-'))
  const env = {
    ...context.env,
    PLUGBOARD_DATA_DIR: folder,
    PLUGBOARD_VAULT: 'file',
    PLUGBOARD_PASSPHRASE: randomWord(24)
  }
  const shell = createDemoShell({
    entry: context.entry,
    env,
    say: line => (context.io.json ? context.io.say(line) : void process.stdout.write(`${line}\n`))
  })
  try {
    return await Promise.race([walk(shell, tour), cancelled(context)])
  } finally {
    await shell.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function cancelled(context: Context): Promise<never> {
  await context.stopped()
  throw new Fault('cancelled', { message: 'The demo was stopped; nothing of it is left' })
}
