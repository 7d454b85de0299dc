import { expect, test } from 'vitest'
import type { ProviderApi } from '../../src/main/providers/contract.ts'
import type { Rig } from './rig.ts'
import type { Subject } from './subject.ts'
import { placeFresh } from './writing.ts'

const rejected = { fault: { type: 'status', status: 401 }, times: 10 }

/** A rejected secret is given up soon; a token is renewed once. */
export function checkCredentials(subject: Subject, rig: Rig): void {
  const { kind, requests } = subject
  const { login } = requests
  const { connect, faultOf, plant, countOf } = rig
  const read = requests.list ?? requests.get ?? ''

  test('a wrong secret is rejected, with the secret in no report, and asked no more than twice', async () => {
    const api = connect({ ...subject.credentials, [subject.secretField]: 'canary+wrong/secret=1' })
    const report = await faultOf(api.test())
    expect(report.code).toBe('auth')
    expect(JSON.stringify(report)).not.toContain('canary')
    expect(await rig.countOfAll()).toBeLessThanOrEqual(2)
  })

  if (login) return checkTokens(subject, rig, login)

  test('a key that is rejected in the middle of a run is not tried again', async () => {
    const id = await placeFresh(subject, rig, connect())
    const api = connect()
    await readOnce(subject, api, id)
    const [before, beforeUpdate] = [await countOf(read), await countOf(requests.update)]
    await plant(read, rejected)
    expect((await faultOf(readOnce(subject, api, id))).code).toBe('auth')
    expect((await countOf(read)) - before).toBe(1)
    await plant(requests.update, rejected)
    const update = api.update(kind, id, subject.planned ?? subject.changed, subject.changed)
    expect((await faultOf(update)).code).toBe('auth')
    expect((await countOf(requests.update)) - beforeUpdate).toBe(1)
  })
}

function checkTokens(subject: Subject, rig: Rig, login: string): void {
  const { kind, changed, requests } = subject
  const { connect, faultOf, plant, countOf } = rig
  const read = requests.list ?? requests.get ?? ''
  const write = requests.create ?? requests.update

  test('a token that expires in the middle of a run is renewed once', async () => {
    const api = connect()
    const id = await placeFresh(subject, rig, api)
    await api.get(kind, id)
    await rig.simulator().control('POST', 'tokens/expire')
    await api.update(kind, id, subject.planned ?? changed, changed)
    expect(await countOf(login)).toBe(2)
    expect(await api.get(kind, id)).toEqual({ kind, remoteId: id, settings: subject.changedSeen ?? changed })
  })

  test('those who meet the expired token at once share one renewal', async () => {
    const id = subject.absentId ?? 'none'
    const api = connect()
    await readOnce(subject, api, id)
    await rig.simulator().control('POST', 'tokens/expire')
    await Promise.all(Array.from({ length: 8 }, () => readOnce(subject, api, id)))
    expect(await countOf(login)).toBe(2)
  })

  test('a token that is rejected again and again is renewed once, then given up', async () => {
    const api = connect()
    await plant(read, rejected)
    expect((await faultOf(readOnce(subject, api, subject.absentId ?? 'none'))).code).toBe('auth')
    expect(await countOf(login)).toBe(2)
    expect(await countOf(read)).toBe(2)
  })

  test('a write for which no token can be had was not sent, and says so', async () => {
    const id = subject.absentId ?? 'none'
    await plant(login, { fault: { type: 'status', status: 500 }, times: 10 })
    const api = connect()
    const work = requests.create
      ? api.create(kind, subject.fresh)
      : api.update(kind, id, subject.planned ?? changed, changed)
    expect((await faultOf(work)).code).toBe('unreachable')
    expect(await countOf(write)).toBe(0)
  })
}

/** By the list where there is one, so that a missing profile costs nothing. */
function readOnce({ kind, requests }: Subject, api: ProviderApi, id: string): Promise<unknown> {
  return requests.list ? api.list(kind) : api.get(kind, id)
}
