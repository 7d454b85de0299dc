import type { Account } from '#shared/model/account.ts'
import type { CallbackSummary, EndpointView, Verdict } from '#shared/model/callback.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import { fullTime } from '../parts/times.ts'

export const verdictWords: Record<Verdict, string> = {
  valid: 'Valid',
  invalid: 'Invalid',
  missing: 'Not signed',
  'no-secret': 'No secret',
  'not-offered': 'Not offered'
}

export const originWords: Record<CallbackSummary['origin'], string> = {
  network: 'From the network',
  simulate: 'A sample',
  replay: 'Sent again from here',
  import: 'Read from a file'
}

/** Spans that a list can be kept to, as they stand in an address. */
export const spanWords: Record<string, string> = {
  '5m': 'Last 5 minutes',
  '1h': 'Last hour',
  '1d': 'Last day',
  '7d': 'Last 7 days'
}

type Names = {
  accounts: Account[] | undefined
  endpoints: EndpointView[] | undefined
  providers: ProviderCard[] | undefined
}

/** One part of a filter in a few words. */
export function filterWords(name: string, value: string, { accounts, endpoints, providers }: Names): string {
  const wordsOf: Record<string, () => string> = {
    verdict: () => `Signature: ${verdictWords[value as Verdict] ?? value}`,
    method: () => `Method: ${value}`,
    origin: () => originWords[value as CallbackSummary['origin']] ?? value,
    status: () => `Answered ${value}`,
    event: () => `Event: ${value}`,
    tag: () => `Tag: ${value}`,
    pinned: () => 'Pinned',
    provider: () => `Provider: ${providers?.find(card => card.id === value)?.name ?? value}`,
    account: () => `Account: ${accounts?.find(account => account.id === value)?.label ?? value}`,
    endpoint: () => `Endpoint: ${endpoints?.find(endpoint => endpoint.id === value)?.label ?? value}`,
    since: () => spanWords[value] ?? `Since ${moment(value)}`,
    until: () => `Until ${moment(value)}`
  }
  return wordsOf[name]?.() ?? `${name}: ${value}`
}

function moment(text: string): string {
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? text : fullTime(atMs)
}
