import { readFile, stat, writeFile } from 'node:fs/promises'
import { Fault } from '#shared/faults.ts'
import { exportFormat } from '#shared/model/lab.ts'
import { findEndpoint } from '../addressing.ts'
import { send } from '../io.ts'
import type { Action } from '../main.ts'
import { countText } from '../table.ts'
import { callbackId } from './callbacks-lab.ts'

export type ExportOptions = { format: string; whole?: boolean; output?: string }

/** To standard output, or into a file that only its owner can read. */
export const exportFile =
  (ids: string[], options: ExportOptions): Action =>
  async context => {
    const format = exportFormat.safeParse(options.format)
    if (!format.success)
      throw new Fault('bad-usage', { message: `--format takes one of ${exportFormat.options.join(', ')}` })
    const { client } = (await context.open()).core
    const whole = options.whole ?? false
    const made = await client.callbacks.export({ ids: ids.map(callbackId), format: format.data, whole })
    if (!whole) context.io.say('What is secret was taken out; --whole leaves it in.')
    if (options.output !== undefined) {
      await written(options.output, made.text)
      return { value: { ...made, text: undefined, file: options.output }, text: `Wrote ${options.output}.` }
    }
    if (context.io.json) return { value: made, text: '' }
    const isWritten = await send(process.stdout, made.text)
    return { value: made, text: '', exit: isWritten ? 0 : 1 }
  }

async function written(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { mode: 0o600 })
  } catch (error) {
    throw new Fault('bad-usage', { message: `${file} cannot be written: ${reasonOf(error)}`, cause: error })
  }
}

const mostBytes = 200_000_000

export const importFile =
  (file: string, options: { endpoint?: string }): Action =>
  async context => {
    const har = (await readGiven(file)).toString('utf8')
    const { client } = (await context.open({ secrets: true })).core
    const endpointId = options.endpoint === undefined ? undefined : (await findEndpoint(client, options.endpoint)).id
    const { ids } = await client.callbacks.import({ har, endpointId })
    const range = ids.length > 0 ? `: ${ids[0]} to ${ids.at(-1)}` : ''
    return { value: { ids }, text: `Imported ${countText(ids.length, 'callback')}${range}.` }
  }

/** The bytes of a file that the command names. faults: bad-usage, invalid-input (too long). */
export async function readGiven(file: string): Promise<Buffer> {
  try {
    if ((await stat(file)).size > mostBytes)
      throw new Fault('invalid-input', { message: `${file} is longer than 200 MB.` })
    return await readFile(file)
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('bad-usage', { message: `${file} cannot be read: ${reasonOf(error)}`, cause: error })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'it is not known why'
}
