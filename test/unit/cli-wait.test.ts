import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { whenFree } from '../../src/main/hosts/cli/wait.ts'

const busy = () => Promise.reject(new Fault('in-use-elsewhere', { message: 'The window is talking to the providers.' }))

function listener() {
  const said: string[] = []
  return { said, say: (line: string) => void said.push(line) }
}

test('a command waits for another Plugboard, says on whom, once, and then goes on', async () => {
  const io = listener()
  let calls = 0
  const work = () => (++calls < 4 ? busy() : Promise.resolve('done'))
  expect(await whenFree(io, work, { pollMs: 1 })).toBe('done')
  expect(calls).toBe(4)
  expect(io.said).toEqual(['The window is talking to the providers. Waiting for it, at most 30 seconds.'])
})

test('it does not wait for ever', async () => {
  const io = listener()
  await expect(whenFree(io, busy, { patienceMs: 20, pollMs: 5 })).rejects.toMatchObject({ code: 'in-use-elsewhere' })
  expect(io.said).toHaveLength(1)
})

test('another fault is passed on at once, and so is the wish to stop', async () => {
  const io = listener()
  const refused = () => Promise.reject(new Fault('plan-changed'))
  await expect(whenFree(io, refused)).rejects.toMatchObject({ code: 'plan-changed' })
  expect(io.said).toEqual([])
  await expect(whenFree(io, busy, { stopped: Promise.resolve() })).rejects.toMatchObject({ code: 'cancelled' })
})
