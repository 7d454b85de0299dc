import { Fault } from '#shared/faults.ts'
import { findProfileId } from '../addressing.ts'
import type { Action } from '../main.ts'
import { settingText } from './change-text.ts'

/** What differs between two points of a profile's history. in: `FROM..TO`, entries; left out: before everything, now. */
export const diff =
  (text: string | undefined, span: string): Action =>
  async context => {
    const points = /^([^.]*)\.\.([^.]*)$/.exec(span)
    if (text === undefined || !points) {
      const advice = 'Give FROM..TO with entries of "history ID"; FROM left out is before everything, TO is now.'
      throw new Fault('bad-usage', { message: '--diff needs a profile and two points', advice })
    }
    const { client } = (await context.open()).core
    const profileId = await findProfileId(client, text)
    const [, from = '', to = ''] = points
    const found = await client.history.diff({ profileId, from: from || null, to: to || null })
    return { value: found, text: found.settings.map(settingText).join('\n') || 'No difference.' }
  }
