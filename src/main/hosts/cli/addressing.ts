import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { EndpointView } from '#shared/model/callback.ts'
import type { Profile } from '#shared/model/profile.ts'

/** An account by its id or its label. */
export async function findAccount(client: Client, text: string): Promise<Account> {
  const accounts = await client.accounts.list()
  const found = accounts.find(account => account.id === text || account.label === text)
  if (found) return found
  const known = accounts.map(account => account.label).join(', ') || 'none yet'
  throw new Fault('not-found', { message: `There is no account "${text}" (there is: ${known})` })
}

export async function findAccountId(client: Client, text: string | undefined): Promise<string | undefined> {
  return text === undefined ? undefined : (await findAccount(client, text)).id
}

/** An endpoint of the listener by its id, or by its label where that names one only. */
export async function findEndpoint(client: Client, text: string): Promise<EndpointView> {
  const endpoints = await client.endpoints.list()
  const named = endpoints.filter(endpoint => endpoint.id === text || endpoint.label === text)
  const [found] = named
  if (found && named.length === 1) return found
  if (found) throw severalFault(text, 'endpoints', named)
  throw new Fault('not-found', {
    message: `There is no endpoint "${text}"`,
    advice: 'List them with "endpoints list".'
  })
}

/** The id of a profile; of one that is gone, as its history knows it (its id or its last title). */
export async function findProfileId(client: Client, text: string): Promise<string> {
  try {
    return (await findProfile(client, text)).id
  } catch (error) {
    const gone = await client.history.gone()
    const [titled, ...others] = gone.filter(({ title }) => title === text)
    if (titled && others.length === 0) return titled.profileId
    if ((await client.history.list({ profileId: text, limit: 1 })).length > 0) return text
    throw error
  }
}

/** A profile by its id, or by its id at the provider or its title where that names one only. */
export async function findProfile(client: Client, text: string): Promise<Profile> {
  const profiles = await client.profiles.list({})
  const exact = profiles.find(profile => profile.id === text)
  if (exact) return exact
  const named = profiles.filter(profile => profile.remoteId === text || profile.title === text)
  const [found] = named
  if (found && named.length === 1) return found
  if (found) throw severalFault(text, 'profiles', named)
  throw new Fault('not-found', { message: `There is no profile "${text}"`, advice: 'List them with "profiles list".' })
}

function severalFault(text: string, nouns: string, named: { id: string }[]): Fault {
  const ids = named.map(one => one.id).join(', ')
  return new Fault('not-found', { message: `"${text}" names ${named.length} ${nouns}`, advice: `Use an id: ${ids}.` })
}
