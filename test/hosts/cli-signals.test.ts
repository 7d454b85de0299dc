import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Profile } from '../../src/shared/model/profile.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

// How commands end before they are done: a signal, or a reader that went away. One sentence, the documented exit code, no stack.

const entry = join(import.meta.dirname, '../../src/main/cli.ts')
const { fields, secrets } = sandboxCredentials
let cli: Cli
let simulator: Simulator
let child: ChildProcess | undefined
let errors = ''

beforeEach(async () => {
  cli = await createCli()
  simulator = await startSimulator()
  const words = ['accounts', 'add', 'exotel', '--label', 'A', '--base-url', simulator.url]
  await cli.value([...words, '--set', `appId=${fields.appId}`, '--secrets-stdin'], JSON.stringify(secrets))
})
afterEach(async () => {
  child?.kill('SIGKILL')
  await cli.remove()
  await simulator.stop()
})

function start(words: string[]): ChildProcess {
  errors = ''
  child = spawn(process.execPath, [entry, ...words], { env: cli.env, stdio: ['ignore', 'pipe', 'pipe'] })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text))
  return child
}

/** Waits until the condition holds; the test's own limit ends it otherwise. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 50))
}

/** Plans a fault for many requests. out: whether one of them came. */
async function plan(match: Record<string, string>, fault: Record<string, unknown>): Promise<() => Promise<boolean>> {
  const times = 50
  await simulator.control('POST', 'faults', { match, times, fault })
  return async () => {
    const { faults } = await simulator.control<{ faults: { times: number }[] }>('GET', 'faults')
    return faults[0]?.times !== times
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends a pull that waits for the provider', async signal => {
  const isWaiting = await plan({}, { type: 'timeout' })
  const pull = start(['profiles', 'pull'])
  await until(isWaiting)
  pull.kill(signal)
  expect(await once(pull, 'exit')).toEqual([1, null])
  expect(errors).toBe('It was cancelled.\nNothing more is sent. Start again when you like.\n')
})

test('Ctrl-C stops an apply before its next request, and the edits stay', async () => {
  await cli.value(['profiles', 'pull'])
  await cli.value(['profiles', 'set', 'popup', 'value=https://crm.example.com/later'])
  await plan(
    { method: 'POST', path: '/v2/integrations/app_setting' },
    { type: 'status', status: 429, retryAfter: '25' }
  )
  const apply = start(['apply', '--yes'])
  await until(() => errors.includes('waiting until'))
  apply.kill('SIGINT')
  expect(await once(apply, 'exit')).toEqual([1, null])
  expect(errors).toContain('Stopped: 0 of 1 change carried out')
  expect(await cli.value<Profile>(['profiles', 'show', 'popup'])).toMatchObject({ state: 'edited' })
  expect(await simulator.settings()).toMatchObject({ popup: 'https://crm.example.com/popup' })
})

test('listen ends quietly when nobody reads it any more', async () => {
  const listener = start(['listen', '--port', '0'])
  const [first] = (await once(listener.stdout ?? process.stdin, 'data')) as [Buffer]
  listener.stdout?.destroy()
  const url = /http:\S+/.exec(first.toString())?.[0] ?? ''
  const ended = once(listener, 'exit')
  await fetch(url, { method: 'POST', body: 'one' }).catch(() => undefined)
  expect(await ended).toEqual([0, null])
  expect(errors).toBe('')
})
