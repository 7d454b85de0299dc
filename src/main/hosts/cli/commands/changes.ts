import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import { differenceText } from '#shared/plan-difference.ts'
import type { Plan, Run } from '#shared/model/plan.ts'
import type { Profile } from '#shared/model/profile.ts'
import { reportOf } from '../../../base/fault-report.ts'
import { findAccountId, findProfile, findProfileId } from '../addressing.ts'
import { askYes, canAsk } from '../ask.ts'
import { readSettings } from '../assignments.ts'
import type { Action, Context } from '../main.ts'
import { countText, timeText } from '../table.ts'
import { whenFree } from '../wait.ts'
import {
  conflictCountText,
  conflictText,
  historyText,
  planText,
  runEventText,
  runText,
  stateText
} from './change-text.ts'
import { withNames } from './choice-names.ts'
import { formFor } from './profiles.ts'

export type PlanOptions = { fresh?: boolean; detailedExitcode?: boolean }
export type ApplyOptions = { plan?: string; only: string[]; yes?: boolean }

export const plan =
  (account: string | undefined, options: PlanOptions): Action =>
  async context => {
    const fresh = options.fresh ?? false
    const { client } = (await context.open({ secrets: fresh })).core
    const accountId = await findAccountId(client, account)
    const made = await whenFree(context.io, () => client.plans.make({ accountId, fresh }))
    const changes = made.changes.length > 0 ? 10 : 0
    const detailed = made.conflicts.length > 0 ? 3 : changes
    return { value: made, text: planText(await withNames(client, made)), exit: options.detailedExitcode ? detailed : 0 }
  }

/** Without `--plan` it shows the plan and asks; with it, exactly that plan is carried out, or nothing. Ctrl-C stops before the next request. */
export const apply =
  (account: string | undefined, options: ApplyOptions): Action =>
  async context => {
    const { client } = (await context.open({ secrets: true })).core
    const accountId = await findAccountId(client, account)
    const only = await Promise.all(options.only.map(async text => (await findProfile(client, text)).id))
    const made = await client.plans.make({ accountId })
    const shown = only.length > 0 ? restricted(made, only) : made
    const hash = options.plan ?? made.hash
    if (shown.changes.length === 0 && hash === made.hash) return nothingToDo(shown)
    const confirmed = await isConfirmed(context, shown, options)
    const order = {
      accountId,
      hash,
      ...(only.length > 0 && { only }),
      confirm: confirmed ? shown.guards.flatMap(guard => guard.confirm ?? []) : []
    }
    const stopped = context.stopped()
    const run = await whenFree(context.io, () => follow(context, client, order), { stopped })
    return applied(run, shown)
  }

async function follow(context: Context, client: Client, order: Parameters<Client['runs']['apply']>[0]): Promise<Run> {
  const stopped = context.stopped()
  try {
    for await (const event of await client.runs.apply(order)) {
      const line = runEventText(event)
      if (line) context.io.say(line)
      if (event.type === 'started')
        void stopped.then(() => client.runs.cancel({ id: event.runId }).catch(() => undefined))
      if (event.type === 'finished') return event.run
    }
  } catch (error) {
    const report = reportOf(error)
    for (const one of report?.difference ?? []) context.io.say(differenceText(one))
    if (report?.code !== 'needs-confirmation' && report?.code !== 'brake') throw error
    throw new Fault(report.code, { ...report, advice: 'Review it with "plan", then confirm with --yes.' })
  }
  throw new Error('the run ended without its result')
}

export const conflicts: Action = async context => {
  const found = await (await context.open()).core.client.conflicts.list({})
  return { value: found, text: found.map(conflictText).join('\n') || 'No conflicts.' }
}

export const resolve =
  (text: string, field: string | undefined, use: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profile = await findProfile(client, text)
    const choice = await readChoice(client, profile, field, use)
    const resolved = await client.conflicts.resolve({ profileId: profile.id, setting: field ?? null, use: choice })
    const state = resolved ? stateText[resolved.state] : 'is gone here too'
    return { value: resolved, text: `Saved here: ${profile.title} ${state}.` }
  }

export const history =
  (text: string | undefined, limit: number): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profileId = text === undefined ? undefined : await findProfileId(client, text)
    const entries = await client.history.list({ profileId, limit: Math.min(Math.max(limit, 1), 1000) })
    return { value: entries, text: entries.map(historyText).join('\n') || 'Nothing yet.' }
  }

export const rollback =
  (text: string, entryId: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profileId = await findProfileId(client, text)
    const profile = await client.history.rollback({ profileId, entryId })
    return { value: profile, text: `Saved here: ${profile.title} ${stateText[profile.state]}.` }
  }

/**
 * Nothing is sent that was not shown: without `--plan` it is printed even where `--yes` answers. out: whether the person
 * confirmed what the plan asks to confirm. faults: needs-confirmation, cancelled.
 */
async function isConfirmed(context: Context, shown: Plan, options: ApplyOptions): Promise<boolean> {
  const { client } = (await context.open()).core
  const guarded = shown.guards.some(guard => guard.confirm !== null)
  const mayAsk = canAsk() && !context.io.json && !options.yes
  if (options.plan === undefined || (mayAsk && guarded)) context.io.say(planText(await withNames(client, shown)))
  if (options.yes) return true
  if (options.plan !== undefined && !(mayAsk && guarded)) return false
  if (mayAsk && (await askYes('Carry out this plan?'))) return true
  throw new Fault('needs-confirmation', {
    message: 'The plan was not confirmed, so nothing was sent',
    advice: guarded ? 'Confirm with --yes.' : `Confirm with --yes, or with --plan ${shown.hash}.`
  })
}

/** What `--only` leaves of the plan. The hash stays: it names the plan that this is taken from. */
function restricted(made: Plan, only: string[]): Plan {
  return {
    ...made,
    changes: made.changes.filter(change => only.includes(change.profileId)),
    conflicts: made.conflicts.filter(conflict => only.includes(conflict.profileId)),
    held: made.held.filter(held => only.includes(held.profileId)),
    guards: made.guards.filter(guard => guard.profileId === null || only.includes(guard.profileId))
  }
}

function applied(run: Run, made: Plan) {
  if (run.state === 'cancelled') throw stoppedFault(run)
  const failed = run.operations.find(operation => operation.state !== 'done' && operation.fault)?.fault
  if (failed)
    throw new Fault(
      failed.code,
      failed.retryAtMs === undefined ? failed : { ...failed, advice: laterAdvice(failed.retryAtMs) }
    )
  const exit = made.conflicts.length > 0 ? 3 : run.state === 'done' ? 0 : 1
  return { value: run, text: [runText(run), ...conflictCountText(made)].join('\n'), exit }
}

/** The command has ended: nothing goes on by itself. */
function laterAdvice(retryAtMs: number): string {
  return `Apply again after ${timeText(retryAtMs)}; the edits stay saved.`
}

function stoppedFault(run: Run): Fault {
  const done = run.operations.filter(operation => operation.state === 'done').length
  return new Fault('cancelled', {
    message: `Stopped: ${done} of ${countText(run.operations.length, 'change')} carried out, the others stay as edits`,
    advice: 'Apply again to go on.'
  })
}

function nothingToDo(made: Plan) {
  if (made.conflicts.length > 0) throw new Fault('conflicts', { advice: 'List them with "conflicts list".' })
  const barred = made.guards.find(guard => guard.code === 'cannot')
  if (barred)
    throw new Fault('unsupported', { message: barred.message, advice: 'Nothing was sent. "plan" shows all of it.' })
  return { value: null, text: 'Nothing to do.' }
}

type Choice = Parameters<Client['conflicts']['resolve']>[0]['use']

/** A value is read as the setting's type; a secret one is refused, as everywhere in the arguments. */
async function readChoice(client: Client, profile: Profile, field: string | undefined, use: string): Promise<Choice> {
  if (use === 'local' || use === 'remote') return use
  if (!use.startsWith('value='))
    throw new Fault('bad-usage', { message: `--use takes local, remote or value=…, not "${use}"` })
  if (field === undefined) throw new Fault('bad-usage', { message: '--use value=… needs the FIELD that it is for' })
  const form = await formFor(client, profile.accountId, profile.kind)
  const texts = { [field]: use.slice('value='.length) }
  const { [field]: value = null } = readSettings(form, texts, profile.local ?? profile.remote ?? {})
  return { value }
}
