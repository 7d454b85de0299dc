import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import { policy, type Policy, type Profile } from '#shared/model/profile.ts'
import { findProfile } from '../addressing.ts'
import { parseAssignments } from '../assignments.ts'
import type { Action } from '../main.ts'
import { table } from '../table.ts'
import { stateText } from './change-text.ts'

const meanings: Record<Policy, string> = {
  managed: 'ask',
  follow: 'take over what the provider has',
  ignore: 'leave it different'
}

/** What a change of a setting at the provider means from now on; without words: what was chosen. */
export const choose =
  (text: string, words: string[]): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profile = await findProfile(client, text)
    const wanted = Object.entries(parseAssignments(words)).map(([setting, word]) => ({ setting, policy: read(word) }))
    if (wanted.length === 0) return { value: profile.policies, text: chosenText(profile) }
    const after = await setAll(client, profile, wanted)
    return { value: after, text: `Saved here: ${after.title} ${stateText[after.state]}.\n${chosenText(after)}` }
  }

async function setAll(
  client: Client,
  profile: Profile,
  wanted: { setting: string; policy: Policy }[]
): Promise<Profile> {
  let after = profile
  for (const one of wanted) after = await client.profiles.setPolicy({ id: profile.id, ...one })
  return after
}

function read(word: string): Policy {
  const known = policy.safeParse(word)
  if (known.success) return known.data
  const message = `"${word}" is no policy (there is: ${policy.options.join(', ')})`
  throw new Fault('bad-usage', { message })
}

function chosenText({ policies }: Profile): string {
  const rows = Object.entries(policies).map(([setting, chosen]) => [setting, chosen, meanings[chosen]])
  return table(['SETTING', 'POLICY', 'A CHANGE AT THE PROVIDER'], rows, 'Every change at the provider is asked about.')
}
