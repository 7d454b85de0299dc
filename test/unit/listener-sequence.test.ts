import { expect, test } from 'vitest'
import { listening, type Setting } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { respond, ruleRows } from '../helpers/rule-rows.ts'

const { open } = listening()
const { addRule } = ruleRows()
const opensAgain = { timeout: 10_000 }

const answers = (...statuses: number[]) => ({ respond: statuses.map(status => ({ status, body: '' })) })

/** The statuses that bodies get, one after the other. */
async function statusesOf({ port, path }: { port: number; path: string }, ...bodies: string[]): Promise<number[]> {
  const statuses: number[] = []
  for (const body of bodies) statuses.push((await ask(port, rawPost(port, path, body))).status)
  return statuses
}

async function openAgain({ listener }: Setting, port: number): Promise<void> {
  await expect.poll(() => listener.status().state, opensAgain).toBe('failed')
  await expect.poll(() => listener.status(), opensAgain).toMatchObject({ state: 'listening', port })
}

test('a sequence goes before all rules, one after the other, and its last one stays', async () => {
  const { store, listener, path, port: before } = await open()
  addRule(store, { answer: respond({ status: 418 }) })
  const { port } = await listener.start({
    respond: [
      { status: 500, body: '' },
      { status: 200, body: 'thank you' }
    ]
  })
  expect(port).toBe(before)
  expect(await ask(before, rawPost(before, path))).toMatchObject({ status: 500, body: '' })
  expect(await ask(before, rawPost(before, path))).toMatchObject({ status: 200, body: 'thank you' })
  expect(await ask(before, rawPost(before, path))).toMatchObject({ status: 200, body: 'thank you' })
  await listener.stop()
  await listener.start({ port: before })
  expect((await ask(before, rawPost(before, path))).status).toBe(418)
})

test.each(['end the thread', 'break the thread'])(
  'a listener that opens again by itself goes on where its sequence stood: %s',
  async fatal => {
    const setting = await open({ inThread: true })
    await setting.listener.start(answers(201, 202, 203, 204))
    expect(await statusesOf(setting, 'x', fatal)).toEqual([201, 202])
    await openAgain(setting, setting.port)
    expect(await statusesOf(setting, fatal)).toEqual([203])
    await openAgain(setting, setting.port)
    expect(await statusesOf(setting, 'x', 'x')).toEqual([204, 204])
  }
)

test.each([false, true])('one that rests goes on there as well, in a thread: %s', async inThread => {
  const setting = await open({ inThread })
  await setting.listener.start(answers(201, 202, 203))
  expect(await statusesOf(setting, 'x')).toEqual([201])
  const goOn = await setting.listener.rest()
  await goOn()
  expect(await statusesOf(setting, 'x', 'x', 'x')).toEqual([202, 203, 203])
})

test('whoever starts it anew with answers begins with the first', async () => {
  const setting = await open({ inThread: true })
  await setting.listener.start(answers(201, 202, 203))
  expect(await statusesOf(setting, 'x')).toEqual([201])
  await setting.listener.start(answers(205, 206))
  expect(await statusesOf(setting, 'x', 'x')).toEqual([205, 206])
})
