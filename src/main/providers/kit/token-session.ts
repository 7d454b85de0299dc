import { Fault, type FaultCode } from '#shared/faults.ts'
import type { Redaction } from './redaction.ts'

export type TokenSession = {
  /** Has a token ready, so that what follows does not fail for want of one. */
  ensure(): Promise<void>
  /** Works with the token. When it is rejected: one new token, one repeat. Those who ask meanwhile share the new one. */
  run<T>(work: (token: string) => Promise<T>): Promise<T>
}

/** in: request: asks the provider for a token, once. */
export function createTokenSession(options: { request: () => Promise<string>; redaction: Redaction }): TokenSession {
  let asked: Promise<string> | undefined

  function current(): Promise<string> {
    asked ??= ask()
    return asked
  }

  async function ask(): Promise<string> {
    try {
      const token = await options.request()
      options.redaction.hide(token)
      return token
    } catch (error) {
      asked = undefined
      throw error
    }
  }

  async function renewed(rejected: string): Promise<string> {
    const known = asked
    if (known !== undefined && (await known) === rejected && asked === known) asked = undefined
    return current()
  }

  return {
    async ensure() {
      await current()
    },
    async run(work) {
      const token = await current()
      try {
        return await work(token)
      } catch (error) {
        if (!(error instanceof Fault) || error.code !== 'auth') throw error
        return work(await renewed(token))
      }
    }
  }
}

const unclear: FaultCode[] = ['timeout', 'outcome-unknown', 'provider-error', 'protocol']

/** A write that never went out because what it needs first could not be had is not one with an unknown outcome. */
export async function beforeWrite<T>(first: () => Promise<T>, needed = 'a token'): Promise<T> {
  try {
    return await first()
  } catch (error) {
    if (!(error instanceof Fault) || !unclear.includes(error.code)) throw error
    const { excerpt } = error.detail
    throw new Fault('unreachable', { message: `Nothing was sent, for want of ${needed}: ${error.message}`, excerpt })
  }
}
