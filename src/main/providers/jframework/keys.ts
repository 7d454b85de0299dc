// JFramework, protocol API v1: the key that goes with each request, and the login that gives a new one.
// Source: JFramework's page "Authentication" and the vendor's SDK jfw-js 6.9.3, as summed up in providers/jframework.md §1, 2026-11.
// Not tested against the live service: how long a key lives; the refresh call is not implemented in the vendor's own SDK and not used.

import type { Call, Exchange } from '../kit/exchange.ts'
import type { Redaction } from '../kit/redaction.ts'
import { beforeWrite, createTokenSession } from '../kit/token-session.ts'
import { loginAnswer, loginPath } from './wire.ts'

/** One request with this key. */
export type Keyed = <T>(call: Omit<Call<T>, 'headers'>, key: string) => Promise<T>

/** Works with a key that is good as far as known. */
export type Keys = { run<T>(work: (key: string) => Promise<T>): Promise<T> }

/**
 * The key that was entered is used until it is rejected. Then, with a login name and password, one login gives another and
 * the work is done once more; without them the rejection stands.
 */
export function createKeys(options: {
  credentials: Record<string, string>
  exchange: Exchange
  redaction: Redaction
}): Keys {
  const { credentials, exchange, redaction } = options
  const { brandUrl = '', authKey = '', loginName = '', loginPassword = '' } = credentials
  if (loginName === '' || loginPassword === '') return { run: work => work(authKey) }
  let isEnteredKeyNext = true

  async function nextKey(): Promise<string> {
    if (isEnteredKeyNext) {
      isEnteredKeyNext = false
      return authKey
    }
    try {
      return await login()
    } catch (error) {
      // Whoever asks the next time starts from the entered key again: it may have been restored meanwhile.
      isEnteredKeyNext = true
      throw error
    }
  }

  async function login(): Promise<string> {
    const { data } = await exchange({
      intent: 'login',
      method: 'POST',
      path: loginPath,
      headers: { 'Brand-URL': brandUrl },
      json: { username: loginName, password: loginPassword },
      answer: loginAnswer
    })
    return data.authKey
  }

  // A request that was rejected with 401 was not carried out: for want of a new key there is nothing unknown about it.
  return createTokenSession({ request: () => beforeWrite(nextKey), redaction })
}
