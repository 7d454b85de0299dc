import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import type { Target } from '#shared/model/attempt.ts'
import { findEndpoint } from '../addressing.ts'
import { parseAssignments } from '../assignments.ts'
import type { Action } from '../main.ts'
import { readHeader } from '../rule-options.ts'
import { table } from '../table.ts'
import { readGiven } from './callback-files.ts'
import { callbackText } from './callbacks.ts'
import { attemptText, endText } from './forward-while.ts'
import { startOwnListener } from './simulate.ts'

export const targets =
  (endpointText: string | undefined): Action =>
  async context => {
    const { client } = (await context.open()).core
    const endpoints = await client.endpoints.list()
    const endpointId = endpointText === undefined ? undefined : (await findEndpoint(client, endpointText)).id
    const found = await client.targets.list({ endpointId })
    const labels = new Map(endpoints.map(endpoint => [endpoint.id, endpoint.label]))
    const rows = found.map(({ id, label, url, enabled, endpointId: of }) => {
      return [id, label, labels.get(of) ?? '', enabled ? 'on' : 'off', url]
    })
    const none = 'No targets yet. Add one with "targets add".'
    return { value: found, text: table(['ID', 'LABEL', 'ENDPOINT', 'STATE', 'URL'], rows, none) }
  }

export const addTarget =
  (endpointText: string, url: string, options: { label?: string }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const { id: endpointId, label } = await findEndpoint(client, endpointText)
    const target = await client.targets.add({ endpointId, url, ...options })
    return { value: target, text: `What ${label} catches is sent on to ${target.url} (${target.id}).` }
  }

export type TargetOptions = { url?: string; label?: string; on?: boolean; off?: boolean }

export const updateTarget =
  (text: string, { on, off, ...options }: TargetOptions): Action =>
  async context => {
    if (on && off) throw new Fault('bad-usage', { message: 'It is either --on or --off' })
    if (Object.keys(options).length === 0 && !on && !off)
      throw new Fault('bad-usage', { message: 'Nothing to update', advice: 'Give --url, --label, --on or --off.' })
    const { client } = (await context.open()).core
    const { id } = await findTarget(client, text)
    const target = await client.targets.update({ id, ...options, ...((on || off) && { enabled: on === true }) })
    return { value: target, text: `${target.label} (${target.id}) is ${target.enabled ? 'on' : 'off'}: ${target.url}` }
  }

export const removeTarget =
  (text: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const { id, label } = await findTarget(client, text)
    await client.targets.remove({ id })
    return { value: { removed: id }, text: `Removed ${label}. Nothing more is sent to it.` }
  }

export type ReplayOptions = {
  to?: string
  resign?: boolean
  set: string[]
  method?: string
  header: string[]
  body?: string
  bodyFile?: string
}

/** Sends it again; to the listener, one is started for this command alone where none runs. Exit 1 where it was not taken. */
export const replay =
  (text: string, options: ReplayOptions): Action =>
  async context => {
    const id = callbackNumber(text)
    const set = parseAssignments(options.set)
    const { client } = (await context.open({ secrets: options.resign === true })).core
    const isOwn = options.to === undefined && (await client.listener.status()).state === 'stopped'
    const looked = isOwn ? await startOwnListener(client, 'replay') : undefined
    const edits = await editsOf(client, id, options)
    const order = { id, to: options.to ?? null, set, resign: options.resign ?? false, ...edits }
    const attempt = await client.callbacks.replay(order)
    const callback = await looked?.()
    const lines = [attemptText(attempt), ...(callback ? [callbackText(callback)] : [])]
    return { value: attempt, text: lines.join('\n'), exit: attempt.state === 'done' ? 0 : 1 }
  }

/** A header takes the place of those of its name; one without a value takes them away. */
async function editsOf(client: Client, id: number, { method, header, body, bodyFile }: ReplayOptions) {
  if (body !== undefined && bodyFile !== undefined)
    throw new Fault('bad-usage', { message: 'It is either --body or --body-file' })
  const bytes = bodyFile === undefined ? body && Buffer.from(body) : await readGiven(bodyFile)
  const given = header.map(readHeader)
  const names = new Set(given.map(([name]) => name.toLowerCase()))
  const before = given.length > 0 ? (await client.callbacks.get({ id })).headers : []
  const kept = before.filter(([name]) => !names.has(name.toLowerCase()))
  return {
    ...(method !== undefined && { method }),
    ...(given.length > 0 && { headers: [...kept, ...given.filter(([, value]) => value !== '')] }),
    ...(bytes !== undefined && { bodyBase64: Buffer.from(bytes).toString('base64') })
  }
}

export const attempts =
  (text: string): Action =>
  async context => {
    const found = await (await context.open()).core.client.attempts.list({ callbackId: callbackNumber(text) })
    const rows = found.map(each => [each.id, each.kind, each.number, each.url, endText(each)])
    return { value: found, text: table(['ID', 'KIND', 'TRY', 'TO', 'STATE'], rows, 'It was sent nowhere.') }
  }

export const retry =
  (id: string): Action =>
  async context => {
    const attempt = await (await context.open()).core.client.attempts.retry({ id })
    return { value: attempt, text: attemptText(attempt), exit: attempt.state === 'done' ? 0 : 1 }
  }

async function findTarget(client: Client, text: string): Promise<Target> {
  const named = (await client.targets.list({})).filter(each => [each.id, each.label, each.url].includes(text))
  const [found] = named
  if (found && named.length === 1) return found
  throw new Fault('not-found', {
    message: found ? `"${text}" names ${named.length} targets` : `There is no target "${text}"`,
    advice: 'Use an id: "targets list".'
  })
}

function callbackNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Fault('bad-usage', { message: `"${text}" is not the number of a callback` })
  return Number(text)
}
