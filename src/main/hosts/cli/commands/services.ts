import { Fault } from '#shared/faults.ts'
import type { FieldCard, FormCard } from '#shared/model/field.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { Action } from '../main.ts'

export type ServeOptions = { port?: number; open: boolean; sandbox?: boolean }

export const providers: Action = async context => {
  const cards = await (await context.open()).core.client.providers.list()
  return { value: cards, text: cards.map(providerText).join('\n\n') }
}

/** Runs until Ctrl-C. The first line is the address and the test credentials. */
export const sandbox =
  (options: { provider: string; port?: number }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const status = await client.sandbox.serve(options)
    const credentials = Object.entries(status.credentials).map(([name, value]) => `  ${name}  ${value}`)
    const text = [`The ${status.provider} sandbox is at ${status.url}`, 'Test credentials:', ...credentials].join('\n')
    context.io.event({ sandbox: status }, text)
    await context.stopped()
    return { value: { stopped: true }, text: 'Stopped.' }
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
