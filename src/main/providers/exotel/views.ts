// Exotel, integrations service, classic API v2: what can be looked at beside the app settings.
// Source: Exotel's pages "App" and "Users with pagination", as summed up in providers/exotel.md §6, 2026-11.
// Not tested against the live service: the answer's paging value is not known, so that pages are asked for by position.

import { Fault } from '#shared/faults.ts'
import type { ViewCard, ViewTable } from '#shared/model/provider.ts'
import type { Call } from '../kit/exchange.ts'
import { appAnswer, appPath, usersAnswer, usersPath } from './wire.ts'

export const viewCards: ViewCard[] = [
  { id: 'app', label: 'App', help: 'The app whose settings these are.', kind: null },
  { id: 'users', label: 'Users', help: 'The users that are mapped to the app, with their numbers.', kind: null }
]

type Read = <T>(call: Call<T>) => Promise<T>

const pageSize = 100
const longestList = 10_000

/** Reads a view as a table. Secrets of the answer are never taken over. faults: not-found, those of the reads. */
export async function readView(read: Read, view: string): Promise<ViewTable> {
  if (view === 'app') return await readApp(read)
  if (view === 'users') return await readUsers(read)
  throw new Fault('not-found', { message: `Exotel has no view "${view}"` })
}

async function readApp(read: Read): Promise<ViewTable> {
  const { Data } = await read({ intent: 'list', method: 'GET', path: appPath, answer: appAnswer })
  return {
    columns: ['Name', 'App ID', 'Customer ID', 'Account', 'Region', 'Active'],
    rows: [
      [
        Data.AppName,
        Data.AppID,
        Data.CustomerID ?? '',
        Data.ExotelAccountSid,
        Data.ExotelDomain ?? '',
        yesNo(Data.IsActive)
      ]
    ]
  }
}

async function readUsers(read: Read): Promise<ViewTable> {
  const rows: string[][] = []
  for (let start = 0; start < longestList; start += pageSize) {
    const query = { last_value: String(start), page_size: String(pageSize) }
    const { Data } = await read({ intent: 'list', method: 'GET', path: usersPath, query, answer: usersAnswer })
    rows.push(
      ...Data.Users.map(user => [
        user.AppUserId,
        user.AppUsername ?? '',
        user.Email ?? '',
        user.AgentNumber ?? '',
        user.VirtualNumber ?? '',
        yesNo(user.IsActive)
      ])
    )
    if (Data.Users.length < pageSize) break
  }
  return { columns: ['User', 'Name', 'E-mail', 'Number', 'ExoPhone', 'Active'], rows }
}

function yesNo(value: boolean | undefined): string {
  return value === undefined ? '' : value ? 'yes' : 'no'
}
