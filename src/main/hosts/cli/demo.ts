import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { randomWord } from '../../base/ids.ts'
import { createDemoShell, type DemoShell } from './demo-shell.ts'
import type { Action } from './main.ts'

const sandboxLine = z.object({
  sandbox: z.object({ url: z.string(), credentials: z.object({ appId: z.string(), appSecret: z.string() }) })
})
const listeningLine = z.object({
  listening: z.object({ endpoints: z.array(z.object({ url: z.string(), accountId: z.string().nullable() })) })
})
const callbackLine = z.object({
  callback: z.object({ decoded: z.object({ title: z.string() }).nullable(), verdict: z.string() })
})
const planValue = z.object({ hash: z.string(), changes: z.array(z.object({ title: z.string() })) })
const atSimulator = z.object({ values: z.record(z.string(), z.string()) })

/**
 * The main job as a person does it, with the real commands in processes of their own, on a data folder that is thrown away:
 * account → test → pull → edit while the provider is away → plan → apply → seen at the simulator → its callback caught.
 */
export const demo: Action = async context => {
  const folder = await mkdtemp(join(tmpdir(), 'plugboard-demo-'))
  const env = {
    ...context.env,
    PLUGBOARD_DATA_DIR: folder,
    PLUGBOARD_VAULT: 'file',
    PLUGBOARD_PASSPHRASE: randomWord(24)
  }
  const shell = createDemoShell({
    entry: context.entry,
    env,
    say: line => (context.io.json ? context.io.say(line) : void process.stdout.write(`${line}\n`))
  })
  try {
    return await walk(shell)
  } finally {
    await shell.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function walk(shell: DemoShell) {
  shell.step('Start the built-in Exotel simulator')
  let simulator = await shell.start(['sandbox', '--json'])
  const { url, credentials } = (await simulator.nextJson(sandboxLine)).sandbox
  shell.note(`it is at ${url}`)

  shell.step('Add an account; its secret goes into the vault (here a passphrase file)')
  shell.setEnv('DEMO_SECRET', credentials.appSecret)
  const secret = ['--secret-env', 'appSecret=DEMO_SECRET']
  const fields = ['--set', `appId=${credentials.appId}`, ...secret]
  await shell.run(['accounts', 'add', 'exotel', '--label', 'Demo', '--base-url', url, ...fields])

  shell.step('Prove the credentials, then read what the provider has')
  await shell.run(['accounts', 'test', 'Demo'])
  await shell.run(['profiles', 'pull', 'Demo'])
  await shell.run(['profiles', 'list'])

  shell.step('Start the listener')
  const listener = await shell.start(['listen', '--port', '0', '--json'])
  const { endpoints } = (await listener.nextJson(listeningLine)).listening
  const address = endpoints.find(endpoint => endpoint.accountId !== null)?.url ?? ''
  shell.note(`callbacks are caught at ${address}`)

  shell.step('The provider goes away; edit offline')
  await simulator.stop()
  await shell.run(['profiles', 'set', 'popup', 'value=https://crm.example.com/new-popup'])
  await shell.run(['profiles', 'create', 'Demo', 'app-setting', 'key=callback', `value=${address}`])

  shell.step('Review the plan: what would change, field by field')
  await shell.run(['plan', 'Demo'])
  const { hash } = await shell.json(['plan', 'Demo'], planValue)

  shell.step('The provider is back; carry out exactly that plan')
  simulator = await shell.start(['sandbox', '--json', '--port', new URL(url).port])
  await simulator.nextJson(sandboxLine)
  await shell.run(['apply', 'Demo', '--plan', hash])

  shell.step("Look at the simulator's own state")
  const { values } = atSimulator.parse(await (await fetch(`${url}/__sandbox/state`)).json())
  shell.note(`popup    = ${values['popup']}`)
  shell.note(`callback = ${values['callback']}`)
  shell.expect(values['popup'] === 'https://crm.example.com/new-popup', 'the simulator has the new popup URL')
  shell.expect(values['callback'] === address, "the simulator has the listener's address as callback URL")
  const after = await shell.json(['plan', 'Demo', '--fresh'], planValue)
  shell.expect(after.changes.length === 0, 'a fresh plan has nothing left to do')

  shell.step('The simulator places a call and posts its events; the listener shows them')
  await fetch(`${url}/__sandbox/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: '+919812345678' })
  })
  const { callback } = await listener.nextJson(callbackLine)
  shell.note(`caught: ${callback.decoded?.title} [${callback.verdict}]`)
  shell.expect(callback.decoded !== null, 'the callback was decoded as a call event')
  await shell.run(['callbacks', 'list'])
  return {
    value: { atSimulator: values, callback },
    text: 'Done: the change is at the provider, its callback is on disk, and the secret was only in the vault.'
  }
}
