import { eventIterator, type ContractRouterClient } from '@orpc/contract'
import * as z from 'zod'
import { account } from '../model/account.ts'
import { attempt, target } from '../model/attempt.ts'
import { appEvent, appInfo, desktopChange, desktopSettings } from '../model/app.ts'
import { callbackDetail, callbackSummary, endpointView, listenerStatus, signatureScheme } from '../model/callback.ts'
import { settings, settingValue } from '../model/field.ts'
import { goneProfile, historyEntry } from '../model/history.ts'
import {
  callbackDiff,
  callbackFilter,
  deliveries,
  exported,
  exportFormat,
  httpsStatus,
  listenerSettings,
  replayOrder,
  simulated
} from '../model/lab.ts'
import { plan, pullResult, run, runEvent, settingChange } from '../model/plan.ts'
import { conflict, policy, profile } from '../model/profile.ts'
import { providerCard, viewTable } from '../model/provider.ts'
import { listenerStart, rule } from '../model/rule.ts'
import { schedule, scheduleView } from '../model/schedule.ts'
import { backup, config } from './backup.ts'
import { method } from './errors.ts'
import { sandbox } from './sandbox.ts'
import { vaults } from './vaults.ts'

const byId = z.object({ id: z.string() })
const maybeAccount = z.object({ accountId: z.string().optional() })
const done = z.object({ done: z.literal(true) })
const texts = z.record(z.string(), z.string())
const label = z.string().trim().min(1).max(80)
/** How an endpoint's callbacks are checked. `secrets` go to the vault and are never given back. */
const endpointChecks = {
  publicUrl: z.string().max(2000).nullable().optional(),
  scheme: signatureScheme.optional(),
  secrets: z.object({ key: z.string().max(2000) }).optional()
}

/** The one contract: every door serves it, every client is derived from it. Methods are `noun.verb`. */
export const contract = {
  app: {
    info: method.output(appInfo),
    /** Tells what changed, from now on. */
    watch: method.output(eventIterator(appEvent))
  },
  desktop: {
    settings: method.output(desktopSettings),
    /** Changes what is given. faults: unsupported where the host has no such thing. */
    configure: method.input(desktopChange).output(desktopSettings)
  },
  vaults,
  providers: {
    list: method.output(z.array(providerCard))
  },
  accounts: {
    list: method.output(z.array(account)),
    get: method.input(byId).output(account),
    /** `secrets` go to the vault and are never given back. */
    add: method
      .input(
        z.object({
          provider: z.string(),
          label: z.string().trim().min(1).max(80),
          baseUrl: z.string().optional(),
          fields: texts,
          secrets: texts
        })
      )
      .output(account),
    update: method
      .input(
        z.object({
          id: z.string(),
          label: z.string().trim().min(1).max(80).optional(),
          baseUrl: z.string().optional(),
          fields: texts.optional(),
          secrets: texts.optional()
        })
      )
      .output(account),
    remove: method.input(byId).output(done),
    /** Proves the credentials without cost; a parked account that passes is ready again. */
    test: method.input(byId).output(z.object({ summary: z.string() })),
    /** Reads one of the provider's views. `profileId` where the view is one of a profile. */
    view: method
      .input(z.object({ id: z.string(), view: z.string(), profileId: z.string().optional() }))
      .output(viewTable)
  },
  profiles: {
    /** Reads the providers. An account that fails is in the result with its fault; the others go on. */
    pull: method.input(maybeAccount).output(z.array(pullResult)),
    list: method.input(maybeAccount).output(z.array(profile)),
    get: method.input(byId).output(profile),
    set: method.input(z.object({ id: z.string(), settings })).output(profile),
    unset: method.input(z.object({ id: z.string(), settings: z.array(z.string()).min(1) })).output(profile),
    create: method.input(z.object({ accountId: z.string(), kind: z.string(), settings })).output(profile),
    /** Takes over what has this name at the provider, for the kinds that cannot be listed. */
    adopt: method.input(z.object({ accountId: z.string(), name: z.string().trim().min(1) })).output(z.array(profile)),
    /** Does what an action of the kind's card offers, once. out: one sentence of what came of it. */
    act: method
      .input(z.object({ id: z.string(), action: z.string(), values: texts.default({}) }))
      .output(z.object({ summary: z.string() })),
    /** Marks it for deletion; one that was only created here is dropped. */
    delete: method.input(byId).output(done),
    /** The local tree becomes what the provider has. */
    revert: method.input(byId).output(done),
    /** Plugboard stops managing what was adopted by name; nothing is done at the provider. */
    release: method.input(byId).output(done),
    /** What a change of the setting at the provider means: ask (`managed`), take it over, or leave it be. Sends nothing. */
    setPolicy: method.input(z.object({ id: z.string(), setting: z.string(), policy })).output(profile)
  },
  /** What accounts do on their own. Both parts are off until somebody turns them on. */
  schedules: {
    /** One for each account. */
    list: method.output(z.array(scheduleView)),
    /** What is not given stays. */
    set: method.input(schedule.partial({ refreshMinutes: true, appliesAlone: true })).output(scheduleView)
  },
  plans: {
    /** `fresh`: pulls first. */
    make: method.input(z.object({ accountId: z.string().optional(), fresh: z.boolean().default(false) })).output(plan)
  },
  runs: {
    /**
     * Carries out exactly the plan with this hash, or of it the named profiles. `confirm`: keys of guards that the person
     * confirmed. The run goes on when the watcher goes away.
     */
    apply: method
      .input(
        z.object({
          accountId: z.string().optional(),
          hash: z.string(),
          only: z.array(z.string()).optional(),
          confirm: z.array(z.string()).default([])
        })
      )
      .output(eventIterator(runEvent)),
    /** Stops before the next request. */
    cancel: method.input(byId).output(done),
    list: method.input(z.object({ limit: z.number().int().min(1).max(200).default(20) })).output(z.array(run)),
    get: method.input(byId).output(run)
  },
  conflicts: {
    list: method.input(maybeAccount).output(z.array(conflict)),
    /** `setting` null: the whole profile. */
    resolve: method
      .input(
        z.object({
          profileId: z.string(),
          setting: z.string().nullable(),
          use: z.union([z.literal('local'), z.literal('remote'), z.object({ value: settingValue })])
        })
      )
      .output(profile.nullable())
  },
  history: {
    list: method
      .input(z.object({ profileId: z.string().optional(), limit: z.number().int().min(1).max(1000).default(100) }))
      .output(z.array(historyEntry)),
    /** The profiles that are no longer here, newest first; as far back as the history reaches, 1,000 of them at most. */
    gone: method.output(z.array(goneProfile)),
    /** What differs between two points: after those entries; `from` null: before everything, `to` null: now. */
    diff: method
      .input(z.object({ profileId: z.string(), from: z.string().nullable(), to: z.string().nullable() }))
      .output(z.object({ settings: z.array(settingChange) })),
    /** A new local edit that brings back what the profile was after the entry. */
    rollback: method.input(z.object({ profileId: z.string(), entryId: z.string() })).output(profile)
  },
  listener: {
    status: method.output(listenerStatus),
    /** Port 0: any free one; none: the last one, at first 4700 or any free one. */
    start: method.input(listenerStart).output(listenerStatus),
    stop: method.output(listenerStatus),
    settings: method.output(listenerSettings),
    /** Changes what is given. */
    configure: method.input(listenerSettings.partial()).output(listenerSettings),
    https: method.output(httpsStatus),
    /** A new certificate authority for this computer; whoever trusted the old one has to trust the new one. */
    renewAuthority: method.output(httpsStatus)
  },
  /** The first rule whose conditions hold decides what the sender gets. */
  rules: {
    list: method.input(z.object({ endpointId: z.string().optional() })).output(z.array(rule)),
    add: method.input(rule.omit({ id: true, position: true })).output(rule),
    update: method.input(rule.omit({ position: true }).partial().required({ id: true })).output(rule),
    /** `before`: the rule that comes after it; null: to the end. */
    move: method.input(z.object({ id: z.string(), before: z.string().nullable() })).output(z.array(rule)),
    remove: method.input(byId).output(done)
  },
  targets: {
    list: method.input(z.object({ endpointId: z.string().optional() })).output(z.array(target)),
    add: method
      .input(z.object({ endpointId: z.string(), url: z.string(), label: z.string().optional() }))
      .output(target),
    update: method.input(target.omit({ endpointId: true }).partial().required({ id: true })).output(target),
    remove: method.input(byId).output(done)
  },
  attempts: {
    /** Oldest first. */
    list: method.input(z.object({ callbackId: z.number().int() })).output(z.array(attempt)),
    /** Those that ended at that time or later, in that order. */
    ended: method
      .input(z.object({ sinceMs: z.number().int(), limit: z.number().int().min(1).max(1000).default(200) }))
      .output(z.array(attempt)),
    /** A forward that failed or was held back, once more, now. out: the attempt, finished. */
    retry: method.input(byId).output(attempt)
  },
  endpoints: {
    list: method.output(z.array(endpointView)),
    add: method.input(z.object({ accountId: z.string().optional(), label, ...endpointChecks })).output(endpointView),
    /** Changes what is given. A new scheme forgets the key of the one before; `publicUrl` null: there is no tunnel. */
    update: method.input(z.object({ id: z.string(), label: label.optional(), ...endpointChecks })).output(endpointView),
    remove: method.input(byId).output(done)
  },
  callbacks: {
    list: method
      .input(
        callbackFilter.extend({
          beforeId: z.number().int().optional(),
          limit: z.number().int().min(1).max(1000).default(200)
        })
      )
      .output(z.array(callbackSummary)),
    get: method.input(z.object({ id: z.number().int() })).output(callbackDetail),
    /** Every callback from now on: once when it is stored, and again when it was looked at (`verdict` not null). */
    watch: method.output(eventIterator(callbackSummary)),
    /** All but the pinned ones. */
    clear: method.output(done),
    note: method
      .input(
        z.object({
          id: z.number().int(),
          pinned: z.boolean().optional(),
          tags: z.array(z.string().trim().min(1).max(40)).max(20).optional(),
          note: z.string().max(10_000).optional()
        })
      )
      .output(callbackSummary),
    diff: method.input(z.object({ from: z.number().int(), to: z.number().int() })).output(callbackDiff),
    /** Sends it again, once. out: the attempt, finished. */
    replay: method.input(replayOrder).output(attempt),
    /** `whole`: with what redaction would take out. */
    export: method
      .input(
        z.object({
          ids: z.array(z.number().int()).min(1).max(10_000),
          format: exportFormat,
          whole: z.boolean().default(false)
        })
      )
      .output(exported),
    /** Reads a HAR file's requests as callbacks of nobody, or of the endpoint. out: their ids. */
    import: method
      .input(z.object({ har: z.string().max(200_000_000), endpointId: z.string().optional() }))
      .output(z.object({ ids: z.array(z.number().int()) })),
    /**
     * Waits for a callback that matches a JSONata expression over it. `afterId`: also among those that came since.
     * faults: invalid-input (the expression), timed-out.
     */
    wait: method
      .input(
        z.object({
          match: z.string().max(10_000),
          timeoutMs: z.number().int().min(1).max(86_400_000),
          afterId: z.number().int().optional()
        })
      )
      .output(callbackDetail),
    /** Sends one of the provider's samples through the real listener (or to `to`). It ends when its caller goes away. */
    simulate: method
      .input(
        z.object({
          provider: z.string(),
          sample: z.string(),
          endpointId: z.string().optional(),
          to: z.string().optional(),
          fields: texts.default({}),
          deliveries: deliveries.optional()
        })
      )
      .output(simulated)
  },
  backup,
  config,
  sandbox
}

export type Contract = typeof contract
/** What every client has: typed calls, whichever the transport. */
export type Client = ContractRouterClient<Contract>
