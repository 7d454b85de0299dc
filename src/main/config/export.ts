import { Fault } from '#shared/faults.ts'
import { fieldsFor } from '#shared/fields.ts'
import type { Account } from '#shared/model/account.ts'
import type { ConfigExport, ConfigFile } from '#shared/model/backup.ts'
import type { Settings } from '#shared/model/field.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Kind } from '../providers/contract.ts'
import { isSecretMark } from '../sync/trees.ts'
import { checkSaid } from '../sync/validate.ts'
import { byText, textOf, treeOf, type ProfileFile } from './format.ts'

export type Exported = { account: Account; profiles: { record: ProfileRecord; kind: Kind }[] }

/**
 * Accounts and profiles as files, in the order of their paths. What is marked for deletion is left out, and so are secrets and
 * what the provider alone writes. The same content gives the same files, whatever its ids here.
 */
export function filesOf(all: Exported[]): ConfigExport {
  const left: ConfigExport['left'] = []
  const named = withNames(all.map(one => ({ ...one, text: accountText(one.account), title: one.account.label })))
  const files = named.flatMap(({ name, text, account, profiles }) => {
    const said = profiles.filter(({ record }) => record.local !== null).map(one => saidOf(account, one))
    for (const { title, fault } of said) if (fault) left.push({ account: account.label, title, message: fault.message })
    return [{ path: `accounts/${name}.json`, text }, ...profileFiles(name, said)]
  })
  return { files: files.sort((one, other) => byText(one.path, other.path)), left }
}

function accountText({ label, provider, baseUrl, fields }: Account): string {
  return textOf({ plugboard: 'account', version: 1, label, provider, baseUrl, fields: sorted(fields) })
}

type Said = { title: string; file: ProfileFile; fault: Fault | undefined }

function saidOf(account: Account, one: Exported['profiles'][number]): Said {
  const file = profileFileOf(account, one)
  return { title: titleIn(one), file, fault: refusalOf(file, one.kind) }
}

/** Why an import into an empty folder would refuse the file. */
function refusalOf(file: ProfileFile, kind: Kind): Fault | undefined {
  try {
    checkSaid(kind, treeOf(file), file.remoteId ?? null)
    return undefined
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

function profileFiles(folder: string, said: Said[]): ConfigFile[] {
  const byKind = Map.groupBy(
    said.filter(({ fault }) => fault === undefined),
    ({ file }) => file.kind
  )
  return [...byKind].flatMap(([kind, of]) => {
    const texts = of.map(({ title, file }) => ({ title, text: textOf(file) }))
    return withNames(texts).map(({ name, text }) => ({ path: `profiles/${folder}/${kind}/${name}.json`, text }))
  })
}

/** Never an id of this data folder: another one would give another. */
function titleIn({ record, kind }: Exported['profiles'][number]): string {
  return (record.local && kind.title(record.local)) || record.remoteId || ''
}

function profileFileOf(account: Account, { record, kind }: Exported['profiles'][number]): ProfileFile {
  const local: Settings = record.local ?? {}
  const cards = new Map(fieldsFor(kind.card.form, local).map(card => [card.name, card]))
  const settings: ProfileFile['settings'] = {}
  const secrets: string[] = []
  for (const name of Object.keys(local).sort(byText)) {
    const [card, value = null] = [cards.get(name), local[name]]
    // What another variant of the form left behind is no setting any more.
    if (!card || card.readOnly || value === null) continue
    if (card.secret) secrets.push(name)
    else if (!isSecretMark(value)) settings[name] = value
  }
  return {
    plugboard: 'profile',
    version: 1,
    account: account.label,
    kind: record.kind,
    ...(record.remoteId !== null && { remoteId: record.remoteId }),
    settings,
    ...(secrets.length > 0 && { secrets }),
    ...(Object.keys(record.policies).length > 0 && { policies: sorted(record.policies) })
  }
}

/** Names that say what it is; of several that would have one name the order of their texts decides. */
function withNames<T extends { title: string; text: string }>(all: T[]): (T & { name: string })[] {
  const taken = new Set<string>()
  return all
    .toSorted((one, other) => byText(slugOf(one.title), slugOf(other.title)) || byText(one.text, other.text))
    .map(one => {
      const slug = slugOf(one.title)
      let name = slug
      for (let number = 2; taken.has(name); number += 1) name = `${slug}-${number}`
      taken.add(name)
      return { ...one, name }
    })
}

/** What every file system takes, also those that do not tell large letters from small ones. */
function slugOf(title: string): string {
  const words = title
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
  const slug = words.replaceAll(/^-|-$/g, '').slice(0, 60).toWellFormed()
  // Names that Windows keeps for its devices.
  return /^(con|prn|aux|nul|com\d|lpt\d)?$/.test(slug) ? `${slug || 'unnamed'}-` : slug
}

function sorted<T>(all: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).sort(([one], [other]) => byText(one, other)))
}
