import { Fault } from '#shared/faults.ts'
import type { SandboxDelivery, SandboxStatus } from '#shared/model/app.ts'
import type { FieldCard, FormCard } from '#shared/model/field.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { Action } from '../main.ts'

export type ServeOptions = { port?: number; open: boolean; sandbox?: boolean }

export const providers: Action = async context => {
  const cards = await (await context.open()).core.client.providers.list()
  return { value: cards, text: cards.map(providerText).join('\n\n') }
}

export type SandboxOptions = { provider?: string; port?: number }

/** Runs until Ctrl-C. For each simulator, one after the other, the address and the test credentials. */
export const sandbox =
  ({ provider, port }: SandboxOptions): Action =>
  async context => {
    if (provider === undefined && port !== undefined) throw noProvider()
    const { client } = (await context.open()).core
    let isOver = false
    const stopped = context.stopped().then(() => void (isOver = true))
    const all = provider === undefined ? (await client.sandbox.list()).map(status => status.provider) : [provider]
    for (const one of all) {
      if (isOver) break
      const status = await client.sandbox.serve({ provider: one, port })
      context.io.event({ sandbox: status }, statusText(status))
    }
    await stopped
    return { value: { stopped: true }, text: 'Stopped.' }
  }

/** A simulated phone texts; prints what it got back and what the simulator called. */
export const sandboxText =
  (order: { provider: string; text: string; from?: string; to?: string }): Action =>
  async context => {
    const value = await (await context.open()).core.client.sandbox.text(order)
    const replies = value.replies.map(reply => `The phone got: ${reply}`)
    return { value, text: [...replies, ...deliveryLines(value.deliveries)].join('\n') }
  }

export const sandboxCall =
  (order: { provider: string; to?: string }): Action =>
  async context => {
    const value = await (await context.open()).core.client.sandbox.call(order)
    return { value, text: deliveryLines(value.deliveries).join('\n') }
  }

export const serve =
  (options: ServeOptions): Action =>
  async context => {
    const { dataDir, vault, json } = context.globals
    if (json) throw noJson()
    // The host ends by itself at a signal.
    void context.stopped()
    const args = [
      ...(dataDir ? ['--data-dir', dataDir] : []),
      ...(vault ? ['--vault', vault] : []),
      ...(options.port === undefined ? [] : ['--port', String(options.port)]),
      ...(options.open ? [] : ['--no-open']),
      ...(options.sandbox ? ['--sandbox'] : [])
    ]
    return { value: null, text: '', exit: await context.serve(args) }
  }

function statusText({ provider, url, credentials }: SandboxStatus): string {
  const lines = Object.entries(credentials).map(([name, value]) => `  ${name}  ${value}`)
  return [`The ${provider} sandbox is at ${url}`, 'Test credentials:', ...lines].join('\n')
}

function deliveryLines(deliveries: SandboxDelivery[]): string[] {
  if (deliveries.length === 0) return ['The simulator had no address to call.']
  return deliveries.map(({ url, status, error }) =>
    status === null ? `Not delivered to ${url}: ${error ?? 'no answer'}` : `Called ${url}: answered with ${status}`
  )
}

function noProvider(): Fault {
  return new Fault('bad-usage', {
    message: 'One port is for one simulator',
    advice: 'Say which with --provider, or leave --port out to run all of them.'
  })
}

function noJson(): Fault {
  return new Fault('bad-usage', {
    message: '"serve" has no --json form',
    advice: 'Leave --json out; the first line that it prints ends with the address.'
  })
}

function providerText(card: ProviderCard): string {
  return [
    `${card.name} (${card.id}): ${card.about}`,
    `  docs: ${card.docsUrl}`,
    '  credentials:',
    ...card.credentials.fields.map(fieldText),
    ...card.kinds.flatMap(kind => [`  ${kind.label} (${kind.id}): ${kind.help}`, ...formText(kind.form)]),
    ...card.kinds.flatMap(kind => kind.actions.map(action => `  action ${action.id}: ${action.label}`)),
    ...card.views.map(view => `  view ${view.id}: ${view.label}`),
    ...card.samples.map(sample => `  sample callback ${sample.id}: ${sample.label}`),
    ...card.capabilities.map(
      capability => `  ${capability.state}: ${capability.label}${capability.reason ? ` (${capability.reason})` : ''}`
    )
  ].join('\n')
}

function formText(form: FormCard): string[] {
  const { variants } = form
  const options = variants?.options.map(option => `    ${variants.by}=${option.value}: ${option.label}`) ?? []
  return [...form.fields.map(fieldText), ...options]
}

function fieldText(card: FieldCard): string {
  const marks = [card.required && 'required', card.secret && 'secret', card.immutable && 'cannot change later']
  const kept = marks.filter(mark => mark !== false)
  return `    ${card.name}: ${card.label}${kept.length > 0 ? ` (${kept.join(', ')})` : ''}`
}
