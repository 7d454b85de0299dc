import * as z from 'zod'
import type { DemoShell } from './demo-shell.ts'
import type { Tour } from './demo-tours.ts'

const sandboxLine = z.object({
  sandbox: z.object({ url: z.string(), credentials: z.record(z.string(), z.string()) })
})
const listeningLine = z.object({
  listening: z.object({ endpoints: z.array(z.object({ url: z.string(), accountId: z.string().nullable() })) })
})
const callbackLine = z.object({
  callback: z.object({ decoded: z.object({ title: z.string() }).nullable(), verdict: z.string() })
})
const planValue = z.object({ hash: z.string(), changes: z.array(z.object({ title: z.string() })) })
const cards = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    credentials: z.object({ fields: z.array(z.object({ name: z.string(), secret: z.boolean() })) })
  })
)

/** Walks one tour and checks each fact on the way. out: what was caught. faults: bug, where a fact does not hold. */
export async function walk(shell: DemoShell, tour: Tour) {
  const card = (await shell.json(['providers'], cards)).find(found => found.id === tour.provider)
  const name = card?.name ?? tour.provider

  shell.step(`Start the built-in ${name} simulator`)
  let simulator = await shell.start(['sandbox', '--provider', tour.provider, '--json'])
  const { url, credentials } = (await simulator.nextJson(sandboxLine)).sandbox
  shell.note(`it is at ${url}`)

  shell.step('Add an account; its secrets go into the vault (here a passphrase file)')
  const given = Object.entries(credentials).flatMap(([field, value]) => {
    const isSecret = card?.credentials.fields.some(known => known.name === field && known.secret) ?? true
    if (!isSecret) return ['--set', `${field}=${value}`]
    shell.setEnv(`DEMO_${field}`, value)
    return ['--secret-env', `${field}=DEMO_${field}`]
  })
  await shell.run(['accounts', 'add', tour.provider, '--label', 'Demo', '--base-url', url, ...given])

  shell.step('Prove the credentials, then read what the provider has')
  await shell.run(['accounts', 'test', 'Demo'])
  await shell.run(['profiles', 'pull', 'Demo'])
  if (tour.adopt !== undefined) await shell.run(['profiles', 'adopt', 'Demo', tour.adopt])
  await shell.run(['profiles', 'list'])

  shell.step('Start the listener')
  const listener = await shell.start(['listen', '--port', '0', '--json'])
  const { endpoints } = (await listener.nextJson(listeningLine)).listening
  const address = endpoints.find(endpoint => endpoint.accountId !== null)?.url ?? ''
  shell.note(`callbacks are caught at ${address}`)

  shell.step('The provider goes away; edit offline')
  await simulator.stop()
  const { edits, arrives } = tour.edit(address)
  for (const [variable, value] of Object.entries(tour.secrets ?? {})) shell.setEnv(variable, value)
  for (const words of edits) await shell.run(words)

  shell.step('Review the plan: what would change, field by field')
  await shell.run(['plan', 'Demo'])
  const { hash } = await shell.json(['plan', 'Demo'], planValue)

  shell.step('The provider is back; carry out exactly that plan')
  simulator = await shell.start(['sandbox', '--provider', tour.provider, '--json', '--port', new URL(url).port])
  await simulator.nextJson(sandboxLine)
  await shell.run(['apply', 'Demo', '--plan', hash])

  shell.step("Look at the simulator's own state")
  const state = await (await fetch(`${url}/__sandbox/state`)).text()
  for (const value of arrives) shell.expect(state.includes(JSON.stringify(value)), `${name} has ${value}`)
  const after = await shell.json(['plan', 'Demo', '--fresh'], planValue)
  shell.expect(after.changes.length === 0, 'a fresh plan has nothing left to do')

  shell.step(`${tour.event.what}; the listener shows it`)
  await fetch(`${url}/__sandbox/${tour.event.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(tour.event.body(address))
  })
  const { callback } = await listener.nextJson(callbackLine)
  shell.note(`caught: ${callback.decoded?.title} [${callback.verdict}]`)
  shell.expect(callback.decoded !== null, 'the callback was decoded')
  shell.expect(callback.verdict === tour.event.verdict, `its signature is ${tour.event.verdict}`)
  await shell.run(['callbacks', 'list'])
  return { provider: tour.provider, arrived: arrives, callback }
}
