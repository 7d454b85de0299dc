import { expect, test } from 'vitest'
import type { FaultReport } from '#shared/faults.ts'
import { lateMs, listFaults, type PlannedFault } from './faults.ts'
import type { Rig } from './rig.ts'
import type { Subject } from './subject.ts'

/** Reads are whole or fail; nothing that failed reads as empty. */
export function checkReading(subject: Subject, rig: Rig, absentId: string): void {
  const { kind, requests } = subject
  const { connect, faultOf, plant } = rig

  test('the credentials are proven in one sentence without a secret', async () => {
    const summary = await connect().test()
    expect(summary).toMatch(/^\S.{9,}/)
    for (const secret of rig.secretsSeen()) expect(summary).not.toContain(secret)
  })

  test('what is not there reads as undefined, and only that', async () => {
    expect(await connect().get(kind, absentId)).toBeUndefined()
  })

  test('a kind that does not exist is not found', async () => {
    expect((await faultOf(connect().get('no-such-kind', absentId))).code).toBe('not-found')
  })

  const { list } = requests
  if (list) checkListing(subject, rig, list)

  for (const planned of listFaults) {
    const isAbsence = planned.absence === true && requests.get !== undefined && subject.absenceBy !== 'body'
    const outcome = isAbsence ? 'absent' : planned.code
    test(`one profile: ${planned.name} gives ${outcome}, never another`, async () => {
      const api = connect()
      await api.test()
      rig.limit(planned.timeoutMs)
      await plant(requests.get ?? list ?? '', planned)
      const read = api.get(kind, absentId)
      const got = isAbsence ? ((await read) ?? 'absent') : (await faultOf(read)).code
      expect(got).toBe(outcome)
    })
  }
}

function checkListing(subject: Subject, rig: Rig, list: string): void {
  const { kind } = subject
  const { connect, faultOf, plant } = rig

  test('a list of a kind that does not exist is not found', async () => {
    expect((await faultOf(connect().list('no-such-kind'))).code).toBe('not-found')
  })

  for (const planned of listFaults) {
    test(`${planned.name} fails as ${planned.code}, never as empty`, async () => {
      const api = connect()
      await api.list(kind)
      rig.limit(planned.timeoutMs)
      await plant(list, planned)
      const report = await faultOf(api.list(kind))
      expect(report.code).toBe(planned.code)
      expect(retryAtOf(report)).toEqual(planned.retryAt)
    })
  }

  test('ids are unique and stable', async () => {
    const [one, two] = [await connect().list(kind), await connect().list(kind)]
    const ids = one.map(profile => profile.remoteId)
    expect(ids.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
    expect(two).toEqual(one)
  })

  test('everything is listed, however much there is', async () => {
    const before = await connect().list(kind)
    for (let number = 0; number < 120; number += 1) await subject.seed(rig.simulator(), number)
    expect(await connect().list(kind)).toHaveLength(before.length + 120)
  })

  if (subject.pages) checkPages(subject, rig, { list, pages: subject.pages })

  test('what is listed is what is read', async () => {
    const api = connect()
    const [one] = await api.list(kind)
    expect(await api.get(kind, one?.remoteId ?? '')).toEqual(one)
  })

  test('a passing trouble of a read is overcome', async () => {
    const api = connect()
    await api.list(kind)
    const usual = await rig.countOf(list)
    await plant(list, { fault: { type: 'status', status: 500 } })
    await plant(list, { fault: { type: 'status', status: 429, retryAfter: '1' } })
    expect((await api.list(kind)).length).toBeGreaterThan(0)
    expect(await rig.countOf(list)).toBe(usual * 2 + 2)
  })
}

function checkPages(
  { kind, seed }: Subject,
  { simulator, connect, countOf, faultOf }: Rig,
  { list, pages }: { list: string; pages: Record<string, unknown> }
): void {
  test('a list of several pages is read to its end, and half of it is no list', async () => {
    await simulator().control('PUT', 'switches', pages)
    const before = await connect().list(kind)
    for (let number = 0; number < 120; number += 1) await seed(simulator(), number)
    const asked = await countOf(list)
    expect(await connect().list(kind)).toHaveLength(before.length + 120)
    expect(await countOf(list)).toBeGreaterThan(asked + 1)
    const second = { match: { route: list }, skip: 1, times: 20, fault: { type: 'html' } }
    await simulator().control('POST', 'faults', second)
    expect((await faultOf(connect().list(kind))).code).toBe('protocol')
  })
}

/** Whether it says when to come back; a date exactly, seconds only as "later". */
export function retryAtOf({ retryAtMs }: FaultReport): PlannedFault['retryAt'] {
  if (retryAtMs === undefined || retryAtMs === lateMs) return retryAtMs
  return retryAtMs > Date.now() - 60_000 ? 'later' : retryAtMs
}
