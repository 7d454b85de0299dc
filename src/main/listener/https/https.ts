import { Fault, faultReport, type FaultReport } from '#shared/faults.ts'
import type { HttpsStatus, ListenerSettings } from '#shared/model/lab.ts'
import type { Clock } from '../../base/clock.ts'
import { within } from '../../base/within.ts'
import type { Store } from '../../store/store.ts'
import type { Identity } from './certificates.ts'
import type { Engine } from '../engine/engine.ts'
import { readSettings } from '../settings.ts'

/** What the listener's https needs of whoever may open the vault. */
export type Identities = {
  /**
   * Gives the server's identity for these hosts; what is missing or soon over is made. in: anew: the authority, too.
   * faults: vault-*, secret-missing, store-*.
   */
  server(hosts: readonly string[], anew?: boolean): Promise<Identity>
  /** What people see of the authority; null: none was made yet. */
  authority(hosts: readonly string[]): Promise<HttpsStatus['authority']>
}

export type HttpsDeps = {
  store: Pick<Store, 'options'>
  clock: Clock
  /** Without it https says that it cannot be. */
  identities: Identities | undefined
  changed: () => void
  /** Whether another process holds the listener. */
  isElsewhere: () => boolean
  /** Logs a bug. out: the fault to show. */
  report(error: unknown): Fault
}

export type Https = {
  status(): Promise<HttpsStatus>
  /** Goes with an engine that was opened, until that is stopped; http never waits for a vault that is asking somebody. */
  follow(engine: Engine): Promise<Engine>
  /** Does what the settings say by now. out: how that went, unless it takes long. */
  check(): Promise<HttpsStatus>
  /** Something about the listener changed, maybe by another process: does what the settings say, if they say something new. */
  noticed(): void
  /** Somebody did something about the vault, as unlocking it: what it kept from opening is tried again. */
  vaultChanged(): void
  /** A vault that others unlock as well has just given a secret: the same, but nobody is asked again who said no. */
  vaultGave(): void
  /** Makes a new authority, which whoever trusted the old one has to trust anew. faults: as `Identities.server`. */
  renewAuthority(): Promise<HttpsStatus>
}

/** How long a start or a setting waits for https; it goes on behind. */
const patienceMs = 3_000
/** How often it is looked whether the certificate is soon over. */
const renewEveryMs = 12 * 3_600_000

/** The https edge of a listener, as the settings say. What keeps it from opening is in its status; http goes on. */
export function createHttps(deps: HttpsDeps): Https {
  const { store, clock, identities } = deps
  let engine: Engine | null = null
  let port: number | null = null
  let fault: Fault | null = null
  let applied = ''
  let last: Promise<unknown> = Promise.resolve()
  /** What is under way or waits for that. */
  let turns = 0

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    turns += 1
    const next = last.then(work).finally(() => {
      turns -= 1
      deps.changed()
    })
    last = next.catch(() => undefined)
    return next
  }

  async function status(): Promise<HttpsStatus> {
    const { https, hosts } = readSettings(store.options)
    const authority = (await identities?.authority(hosts)) ?? null
    const known = { authority, fault: fault?.report() ?? null }
    if (port !== null) return { state: 'listening', port, ...known }
    const last = rememberedPort()
    if (https && !fault && deps.isElsewhere()) {
      const there = faultElsewhere()
      if (there) return { state: 'failed', port, authority, fault: there }
      if (last !== 0) return { state: 'elsewhere', port: last, ...known }
    }
    return { state: fault ? 'failed' : https ? 'waiting' : 'off', port, ...known }
  }

  function rememberedPort(): number {
    return Number(store.options.get('listener-https-port') ?? 0)
  }

  /** What the process that holds the listener says. */
  function faultElsewhere(): FaultReport | null {
    const said = store.options.get('listener-https-fault')
    return said ? (faultReport.safeParse(JSON.parse(said)).data ?? null) : null
  }

  function tellElsewhere(): void {
    const said = fault ? JSON.stringify(fault.report()) : ''
    if ((store.options.get('listener-https-fault') ?? '') !== said) store.options.set('listener-https-fault', said)
  }

  async function open(anew: boolean): Promise<void> {
    try {
      await tryToOpen(anew)
      tellElsewhere()
    } catch (error) {
      fault = error instanceof Fault ? error : deps.report(error)
    }
  }

  async function tryToOpen(anew: boolean): Promise<void> {
    const settings = readSettings(store.options)
    applied = wordOf(settings)
    fault = null
    try {
      if (!settings.https) {
        port = null
        await engine?.secure(null, 0)
        return
      }
      if (!identities) throw new Fault('vault-not-chosen')
      const identity = await identities.server(settings.hosts, anew)
      if (engine) port = await secured(engine, identity)
    } catch (error) {
      fault = error instanceof Fault ? error : deps.report(error)
    }
  }

  /** On the port that it had; on any free one where that is taken meanwhile, or none was had. */
  async function secured(on: Engine, identity: Identity): Promise<number | null> {
    const remembered = rememberedPort()
    let opened: number | null
    try {
      opened = await on.secure(identity, remembered)
    } catch (error) {
      if (!(error instanceof Fault) || remembered === 0) throw error
      opened = await on.secure(identity, 0)
    }
    if (opened !== null && opened !== remembered) store.options.set('listener-https-port', String(opened))
    return opened
  }

  function isKeptByVault(): boolean {
    return engine !== null && fault !== null && fault.code.startsWith('vault-')
  }

  /** A try that is under way may have met the vault as it was before: it is waited for. */
  function openForVault(): void {
    if (engine && (turns > 0 || isKeptByVault())) {
      void inTurn(async () => {
        if (isKeptByVault()) await open(false)
      })
    }
  }

  async function check(): Promise<HttpsStatus> {
    await within(
      clock,
      patienceMs,
      inTurn(() => open(false))
    )
    return status()
  }

  return {
    status,
    check,
    noticed() {
      if (engine && applied !== wordOf(readSettings(store.options))) void inTurn(() => open(false))
    },
    vaultChanged: openForVault,
    vaultGave() {
      if (isKeptByVault() && fault?.code !== 'vault-denied') openForVault()
    },
    async follow(opened) {
      engine = opened
      await check()
      const timer = setInterval(() => void inTurn(() => open(false)), renewEveryMs)
      timer.unref()
      return {
        ...opened,
        async stop() {
          clearInterval(timer)
          engine = null
          port = null
          fault = null
          await opened.stop()
        }
      }
    },
    async renewAuthority() {
      if (!identities) throw new Fault('vault-not-chosen')
      const { hosts } = readSettings(store.options)
      if (readSettings(store.options).https) await inTurn(() => open(true))
      else await identities.server(hosts, true)
      if (fault) throw fault
      return status()
    }
  }
}

/** What of the settings https goes by. */
function wordOf({ https, hosts }: ListenerSettings): string {
  return JSON.stringify([https, hosts])
}
