import { expect, test } from 'vitest'
import { Fault, type FaultCode } from '#shared/faults.ts'
import type { HttpRequest } from '../../src/main/base/http.ts'
import type { ProviderApi, RemoteProfile } from '../../src/main/providers/contract.ts'
import { fieldsOf } from './card.ts'
import { writeFaults } from './faults.ts'
import { retryAtOf } from './reading.ts'
import type { Rig } from './rig.ts'
import type { Subject } from './subject.ts'

type Write = 'create' | 'update' | 'remove'
const allWrites: Write[] = ['create', 'update', 'remove']

/** A write goes out once, sends its unit, and says whether it is known what came of it. */
export function checkWriting(subject: Subject, rig: Rig, absentId: string): void {
  const { kind, requests } = subject
  const { connect, faultOf, plant, countOf } = rig

  test('create, get, update, list and remove close the circle', async () => {
    const { before, after, seen, seenListed } = await circle(subject, rig)
    expect(seen).toEqual([seenOf(subject).fresh, seenOf(subject).changed])
    expect(seenListed).toEqual(requests.list ? seenOf(subject).changed : undefined)
    expect(after).toEqual(before)
    const told = JSON.stringify([before, seen, seenListed])
    for (const secret of rig.secretsSeen()) expect(told).not.toContain(secret)
  })

  test('an update sends its unit and nothing else', async () => {
    const api = connect()
    const id = await placeFresh(subject, rig, api)
    const before = await listOf(subject, api)
    // As before every update: what it relies on is read right before it.
    await api.get(kind, id)
    rig.forgetSent()
    await api.update(kind, id, plannedOf(subject), subject.changed)
    expect(rig.sent().map(bodyOf)).toEqual([subject.updateBody])
    const others = (await listOf(subject, api)).filter(one => one.remoteId !== id)
    expect(others).toEqual(before.filter(one => one.remoteId !== id))
  })

  test('what the provider refuses is told with its own words and the setting that it names', async () => {
    const api = connect()
    const id = await placeFresh(subject, rig, api)
    await api.get(kind, id)
    const { message, field, says } = subject.refusal
    await plant(requests.update, { fault: { type: 'status', status: 400, message } })
    const report = await faultOf(carryOut(subject, api, 'update', id))
    expect(report).toMatchObject({ code: 'refused', field })
    expect(report.message).toContain(says)
    const { form } = subject.provider.kinds[kind]?.card ?? { form: { fields: [] } }
    expect(fieldsOf(form).map(one => one.name)).toContain(field)
  })

  if (requests.remove) checkAbsentRemoval(subject, rig, absentId)

  for (const write of allWrites) {
    const route = requests[write]
    if (!route) continue
    const isMute = subject.mute?.includes(write) ?? false
    for (const planned of writeFaults.filter(one => !isMute || one.fault['type'] !== 'truncated')) {
      const code = write === 'remove' ? (planned.removeCode ?? planned.code) : planned.code
      const sends = planned.code === 'auth' && !requests.login ? 1 : (planned.sends ?? 1)
      test(`${write}: ${planned.name} fails as ${code}, sent ${sends}×`, async () => {
        const api = connect()
        const id = write === 'create' ? '' : await placeFresh(subject, rig, api)
        if (requests.list) await api.list(kind)
        else await api.get(kind, absentId)
        rig.limit(planned.timeoutMs)
        const before = await countOf(route)
        await plant(route, planned)
        const report = await faultOf(carryOut(subject, api, write, id))
        expect(report.code).toBe(code)
        expect(report.message).toContain(planned.says ?? '')
        expect(retryAtOf(report)).toEqual(planned.retryAt)
        expect((await countOf(route)) - before).toBe(sends)
      })
    }
  }
}

function checkAbsentRemoval({ kind }: Subject, { connect }: Rig, absentId: string): void {
  test('removing what is not there is done', async () => {
    await connect().remove(kind, absentId)
    expect(await connect().get(kind, absentId)).toBeUndefined()
  })
}

/** The circle closes and a wrong secret is rejected, however the provider behaves. */
export function checkVariants(subject: Subject, rig: Rig, absentId: string): void {
  const { kind, requests } = subject
  for (const { name, switches, updates, changedSeen, unreadable } of subject.variants) {
    test(`works when ${name}`, async () => {
      await rig.simulator().control('PUT', 'switches', switches)
      const { before, after, id, seen, refusal } = await circle(subject, rig, unreadable?.code)
      const { fresh, changed } = seenOf(subject)
      const left = updates === false ? fresh : (changedSeen ?? changed)
      expect(after).toEqual(before)
      expect(seen).toEqual(unreadable ? [unreadable.code, unreadable.code] : [fresh, left])
      expect(refusal).toBe(updates === false ? 'refused' : undefined)
      if (requests.remove) await rig.connect().remove(kind, absentId)
      expect(await rig.connect().get(kind, absentId)).toBeUndefined()
      const wrong = rig.connect({ ...subject.credentials, [subject.secretField]: 'canary+wrong' })
      expect((await rig.faultOf(wrong.test())).code).toBe('auth')
      if (!unreadable) return
      await rig.simulator().control('PUT', 'switches', unreadable.until)
      expect((await rig.connect().get(kind, id))?.settings).toEqual(left)
    })
  }
}

/** The profile that a test is about, made through the API, or by another client where the API has no way. out: its id. */
export async function placeFresh(subject: Subject, rig: Rig, api: ProviderApi): Promise<string> {
  if (subject.requests.create) return await api.create(subject.kind, subject.fresh)
  if (!subject.place) throw new Error('a subject without create needs place')
  return await subject.place(rig.simulator())
}

/**
 * Create, get, update, get, list and remove. in: unreadable: that reading fails, and as what. out: the lists around it
 * (without the profile, where it cannot be removed), what was read or why it was not, and why an update was refused.
 */
async function circle(subject: Subject, rig: Rig, unreadable?: FaultCode) {
  const { kind, requests } = subject
  const api = rig.connect()
  const before = await listOf(subject, api)
  const id = await placeFresh(subject, rig, api)
  const expectedId = subject.absentId === undefined ? subject.provider.kinds[kind]?.naturalKey(subject.fresh) : id
  expect(id).toBe(expectedId)
  const read = async () =>
    unreadable ? (await rig.faultOf(api.get(kind, id))).code : (await api.get(kind, id))?.settings
  const created = await read()
  const refusal = await api.update(kind, id, plannedOf(subject), subject.changed).then(
    () => undefined,
    (error: unknown) => (error instanceof Fault ? error.code : error)
  )
  const updated = await read()
  const listed = await listOf(subject, api)
  expect(listed).toHaveLength(requests.list ? before.length + 1 : 0)
  if (requests.remove) await api.remove(kind, id)
  const removed = requests.remove ? await api.get(kind, id) : undefined
  expect(removed).toBeUndefined()
  const seenListed = listed.find(one => one.remoteId === id)?.settings
  const remaining = await listOf(subject, api)
  const after = requests.remove ? remaining : remaining.filter(one => one.remoteId !== id)
  return { before, after, id, seen: [created, updated], seenListed, refusal }
}

function carryOut(subject: Subject, api: ProviderApi, write: Write, id: string): Promise<unknown> {
  const { kind, fresh, changed } = subject
  if (write === 'create') return api.create(kind, fresh)
  if (write === 'update') return api.update(kind, id, plannedOf(subject), changed)
  return api.remove(kind, id)
}

async function listOf({ kind, requests }: Subject, api: ProviderApi): Promise<RemoteProfile[]> {
  return requests.list ? await api.list(kind) : []
}

function plannedOf({ planned, changed }: Subject) {
  return planned ?? changed
}

function seenOf({ fresh, changed, freshSeen = fresh, changedSeen = changed }: Subject) {
  return { fresh: freshSeen, changed: changedSeen }
}

/** JSON as it is, a form as an object. */
function bodyOf({ body, headers = {} }: HttpRequest): unknown {
  if (body === undefined) return undefined
  const isForm = (headers['content-type'] ?? '').includes('form-urlencoded')
  return isForm ? Object.fromEntries(new URLSearchParams(body)) : (JSON.parse(body) as unknown)
}
