import confirm from '@inquirer/confirm'
import { Fault } from '#shared/faults.ts'
import type { Plan, Run } from '#shared/model/plan.ts'
import { findAccountId, findProfile } from '../addressing.ts'
import type { Action, Context } from '../main.ts'
import { conflictText, historyText, planText, runEventText, runText } from './change-text.ts'

export type PlanOptions = { fresh?: boolean; detailedExitcode?: boolean }
export type ApplyOptions = { plan?: string; only: string[]; yes?: boolean }

export const plan =
  (account: string | undefined, options: PlanOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
    const accountId = await findAccountId(client, account)
    const made = await client.plans.make({ accountId, fresh: options.fresh ?? false })
    const changes = made.changes.length > 0 ? 10 : 0
    return { value: made, text: planText(made), exit: options.detailedExitcode ? changes : 0 }
  }

/** Without `--plan` it shows the plan and asks; with it, exactly that plan is carried out, or nothing. */
export const apply =
  (account: string | undefined, options: ApplyOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
    const accountId = await findAccountId(client, account)
    const made = await client.plans.make({ accountId })
    if (made.changes.length === 0 && options.plan === undefined) return nothingToDo(made)
    if (options.plan === undefined) await confirmPlan(context, made, options)
    const only = await Promise.all(options.only.map(async text => (await findProfile(client, text)).id))
    const events = await client.runs.apply({
      accountId,
      hash: options.plan ?? made.hash,
      ...(only.length > 0 && { only }),
      confirm: options.yes ? made.guards.flatMap(guard => guard.confirm ?? []) : []
    })
    let run: Run | undefined
    for await (const event of events) {
      const line = runEventText(event)
      if (line) context.io.say(line)
      if (event.type === 'finished') ({ run } = event)
    }
    if (!run) throw new Error('the run ended without its result')
    return applied(run, made)
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
    const choice = readChoice(use)
    const resolved = await client.conflicts.resolve({ profileId: profile.id, setting: field ?? null, use: choice })
    return { value: resolved, text: `${profile.title} is ${resolved?.state ?? 'gone'}.` }
  }

export const history =
  (text: string | undefined, limit: number): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profileId = text === undefined ? undefined : (await findProfile(client, text)).id
    const entries = await client.history.list({ profileId, limit: Math.min(Math.max(limit, 1), 1000) })
    return { value: entries, text: entries.map(historyText).join('\n') || 'Nothing yet.' }
  }

export const rollback =
  (text: string, entryId: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const { id } = await findProfile(client, text)
    const profile = await client.history.rollback({ profileId: id, entryId })
    return { value: profile, text: `Saved here: ${profile.title} is ${profile.state}.` }
  }

/** Nothing is sent that was not shown: the plan is printed even where `--yes` answers. */
async function confirmPlan(context: Context, made: Plan, options: ApplyOptions): Promise<void> {
  context.io.say(planText(made))
  if (options.yes) return
  const asked = process.stdin.isTTY && !context.io.json
  if (asked && (await confirm({ message: 'Carry out this plan?', default: false }, { output: process.stderr }))) {
    options.yes = true
    return
  }
  throw new Fault('needs-confirmation', {
    message: asked ? 'Not confirmed: nothing was sent' : 'The plan was not confirmed, so nothing was sent',
    advice: `Confirm with --yes, or with --plan ${made.hash}`
  })
}

function applied(run: Run, made: Plan) {
  const failed = run.operations.find(operation => operation.state !== 'done' && operation.fault)?.fault
  if (failed) throw new Fault(failed.code, failed)
  const exit = made.conflicts.length > 0 ? 3 : run.state === 'done' ? 0 : 1
  return { value: run, text: runText(run), exit }
}

function nothingToDo(made: Plan) {
  if (made.conflicts.length > 0) throw new Fault('conflicts', { advice: 'List them with "conflicts list".' })
  return { value: null, text: planText(made) }
}

function readChoice(use: string): 'local' | 'remote' | { value: string } {
  if (use === 'local' || use === 'remote') return use
  if (use.startsWith('value=')) return { value: use.slice('value='.length) }
  throw new Fault('bad-usage', { message: `--use takes local, remote or value=…, not "${use}"` })
}
