import { Fault } from '#shared/faults.ts'
import { fieldsFor } from '#shared/fields.ts'
import type { Account } from '#shared/model/account.ts'
import type { ConfigExport, ConfigFile, ConfigStep } from '#shared/model/backup.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import { filesOf } from '../config/export.ts'
import { readFiles, treeOf, wrong, type AccountFile, type ProfileFile, type Read } from '../config/format.ts'
import { reportOf } from '../base/fault-report.ts'
import type { Kind } from '../providers/contract.ts'
import { naturalKeyOf, titleOf } from '../sync/profile-view.ts'
import { differences, sameValue, valueAt } from '../sync/trees.ts'
import { addWithoutSecrets, secretNamesOf } from './account-writes.ts'
import { importRecords, type ImportRecords } from './config-records.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

export function configMethods(methods: Methods, deps: MethodDeps) {
  return {
    config: {
      export: methods.config.export.handler(() => exportConfig(deps)),
      import: methods.config.import.handler(({ input }) => importConfig(deps, input))
    }
  }
}

type Deps = Pick<MethodDeps, 'store' | 'registry'>
export type ConfigDeps = Pick<MethodDeps, 'store' | 'registry' | 'sync' | 'clock' | 'bus'>

export function exportConfig({ store, registry }: Deps): ConfigExport {
  return store.atOneMoment(() =>
    filesOf(
      store.accounts.list().map(account => ({
        account,
        profiles: store.profiles
          .list({ accountId: account.id })
          .map(record => ({ record, kind: registry.kind(account.provider, record.kind) }))
      }))
    )
  )
}

/** Takes back what a dry run has done. */
class OnlyTried extends Error {}

/** All of it or nothing becomes local edits. faults: invalid-input, not-found, already-exists, unsupported, with the file. */
export function importConfig(
  deps: ConfigDeps,
  { files, dryRun }: { files: ConfigFile[]; dryRun: boolean }
): ConfigStep[] {
  const { accounts, profiles } = readFiles(files)
  const claimed = new Set(profiles.map(({ file }) => claimKey(file, file.remoteId)))
  const steps: ConfigStep[] = []
  try {
    deps.store.together(() => {
      for (const read of accounts) steps.push(inFile(read, () => importAccount(deps, read)))
      const records = importRecords(deps.store)
      for (const read of profiles) steps.push(inFile(read, () => importProfile(deps, read, { claimed, records })))
      if (dryRun) throw new OnlyTried()
    })
  } catch (error) {
    if (!(error instanceof OnlyTried)) throw error
  }
  return steps
}

/** What is refused is said with the file in which it is. */
function inFile<T>({ path }: Read<unknown>, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const report = reportOf(error)
    if (!report || report.field === path) throw error
    throw wrong(path, `${report.field === undefined ? '' : `${report.field}: `}${report.message}`, report.code)
  }
}

function importAccount(deps: ConfigDeps, { path, file }: Read<AccountFile>): ConfigStep {
  const { label, provider: id, baseUrl, fields } = file
  const provider = knownProvider(deps, id)
  const there = deps.store.accounts.list().find(account => account.label === label)
  const step = { path, title: label, settings: [], unlike: [], secrets: [] }
  if (there) {
    const unlike = unlikeIn(there, file)
    return { ...step, what: unlike.length > 0 ? 'account-unlike' : 'account-same', unlike }
  }
  addWithoutSecrets(deps, { label, provider: id, baseUrl, fields })
  return { ...step, what: 'account-created', secrets: secretNamesOf(provider) }
}

/** An import changes no account that is here: another base URL would send its secrets elsewhere. */
function unlikeIn(there: Account, file: AccountFile): string[] {
  if (there.provider !== file.provider) {
    const message = `the account “${file.label}” is here one of ${there.provider}, not of ${file.provider}`
    throw new Fault('invalid-input', { message, field: 'provider' })
  }
  const names = [...new Set([...Object.keys(there.fields), ...Object.keys(file.fields)])].sort()
  const unlike = names.filter(name => there.fields[name] !== file.fields[name]).map(name => `fields.${name}`)
  return there.baseUrl === file.baseUrl ? unlike : ['baseUrl', ...unlike]
}

type Met = { claimed: ReadonlySet<string>; records: ImportRecords }

function importProfile(deps: ConfigDeps, { path, file }: Read<ProfileFile>, { claimed, records }: Met): ConfigStep {
  const account = deps.store.accounts.list().find(({ label }) => label === file.account)
  if (!account) throw new Fault('not-found', { message: `there is no account “${file.account}”`, field: 'account' })
  const kind = knownKind(deps, account, file.kind)
  const record = findRecord({ claimed, records }, { place: { accountId: account.id, kind }, file })
  checkSecretNames(kind, file)
  const secrets = record ? [] : (file.secrets ?? [])
  const id = record ? edit(deps, record, file) : create(deps, account, file)
  for (const [setting, policy] of Object.entries(file.policies ?? {})) deps.sync.setPolicy({ id, setting, policy })
  const after = deps.store.profiles.get(id)
  if (!after) throw new Error('a profile that was imported is gone')
  records.note(after, kind)
  const settings = differences(kind, record?.local ?? null, after.local)
  const isSame = record?.updatedMs === after.updatedMs && settings.length === 0
  const what = !record ? 'profile-created' : isSame ? 'profile-same' : 'profile-edited'
  return { path, what, title: titleOf(after, kind), settings, unlike: [], secrets }
}

/** By the id there, else by what names it at the provider; never one that another file is about. */
function findRecord(
  { claimed, records }: Met,
  { place, file }: { place: { accountId: string; kind: Kind }; file: ProfileFile }
): ProfileRecord | undefined {
  const there = file.remoteId === undefined ? undefined : records.byRemoteId(place, file.remoteId)
  if (there) return there
  const key = naturalKeyOf(file.settings, place.kind)
  const isMeant = ({ remoteId }: ProfileRecord) => remoteId === null || !claimed.has(claimKey(file, remoteId))
  const [found, ...others] = key === undefined ? [] : records.byKey(place, key).filter(isMeant)
  if (others.length === 0) return found
  throw new Fault('invalid-input', { message: `${others.length + 1} profiles here have that name`, field: 'remoteId' })
}

function claimKey({ account, kind }: Pick<ProfileFile, 'account' | 'kind'>, remoteId: string | undefined): string {
  return JSON.stringify([account, kind, remoteId ?? null])
}

function edit({ sync }: ConfigDeps, { id, local }: ProfileRecord, { settings }: ProfileFile): string {
  const changed = Object.entries(settings).filter(([name, value]) => !sameValue(valueAt(local, name), value))
  if (changed.length > 0) sync.set(id, Object.fromEntries(changed))
  return id
}

function create({ sync }: ConfigDeps, account: Account, file: ProfileFile): string {
  const settings = treeOf(file)
  const { id } = sync.expect({ accountId: account.id, kind: file.kind, settings, remoteId: file.remoteId ?? null })
  return id
}

function checkSecretNames(kind: Kind, { settings, secrets = [] }: ProfileFile): void {
  const known = fieldsFor(kind.card.form, settings).filter(card => card.secret)
  const foreign = secrets.find(name => !known.some(card => card.name === name))
  if (foreign === undefined) return
  throw new Fault('invalid-input', {
    message: `“${foreign}” is no secret setting of ${kind.card.label}`,
    field: 'secrets'
  })
}

function knownKind({ registry }: Deps, account: Account, kind: string): Kind {
  try {
    return registry.kind(account.provider, kind)
  } catch (error) {
    throw new Fault('invalid-input', { ...reportOf(error), field: 'kind' })
  }
}

function knownProvider({ registry }: Deps, id: string) {
  try {
    return registry.get(id)
  } catch (error) {
    throw new Fault('invalid-input', { ...reportOf(error), field: 'provider' })
  }
}
