import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { Fault } from '#shared/faults.ts'
import type { ConfigFile, ConfigStep } from '#shared/model/backup.ts'
import type { Action } from '../main.ts'
import { countText } from '../table.ts'
import { settingText } from './change-text.ts'

/** What an export writes is below these two; nothing else in the folder is looked at. */
const folders = ['accounts', 'profiles']

/** Writes what is there, and removes files of earlier exports whose account or profile is not there any more. */
export const exportTo =
  (dir: string): Action =>
  async context => {
    const root = resolve(dir)
    const { client } = (await context.open()).core
    const { files, left } = await client.config.export()
    return guarded(root, async () => {
      // What is too large for one of ours is somebody else's.
      const before = await readConfig(root, () => '')
      const texts = new Map(before.map(({ path, text }) => [path.normalize('NFC'), text]))
      const changed = files.filter(({ path, text }) => texts.get(path) !== text)
      for (const { path, text } of changed) {
        const file = join(root, path)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, text)
      }
      const now = new Set(files.map(({ path }) => path))
      // Some file systems take letters like “é” apart: the file is the one that was just written.
      const isGone = (path: string) => !now.has(path.normalize('NFC'))
      const gone = before.filter(({ path, text }) => isGone(path) && isOurs(text)).map(({ path }) => path)
      for (const path of gone) await rm(join(root, path))
      const written = changed.map(({ path }) => path)
      const text = [
        `${countText(files.length, 'file')} in ${root}: ${written.length} written, ${gone.length} removed. No secrets are in them.`,
        ...gone.map(path => `Removed ${path}: it is not here any more.`),
        ...left.map(({ account, title, message }) => `Left out ${title} of ${account}: ${message}`)
      ]
      return {
        value: { dir: root, files: files.map(({ path }) => path), written, removed: gone, left },
        text: text.join('\n')
      }
    })
  }

export const importFrom =
  (dir: string, options: { dryRun?: boolean }): Action =>
  async context => {
    const root = resolve(dir)
    const files = await guarded(root, () => readConfig(root, refuse))
    if (files.length === 0) {
      throw new Fault('not-found', {
        message: `${root} has no exported files`,
        advice: 'Write some with "export DIR".'
      })
    }
    const { client } = (await context.open()).core
    const dryRun = options.dryRun ?? false
    const steps = await client.config.import({ files, dryRun })
    return { value: { dryRun, steps }, text: importText(steps, dryRun) }
  }

/** The most that a file's text takes which the core would take. */
const mostBytes = 4_000_000

function refuse(path: string): never {
  throw new Fault('invalid-input', {
    message: `${path}: It is too large for a file of an export`,
    advice: 'Take it away and import again. Nothing was changed.',
    field: path
  })
}

/** Every JSON file of an export, its path with `/`, in the order of paths. in: tooLarge: the text of one that is not read. */
async function readConfig(root: string, tooLarge: (path: string) => string): Promise<ConfigFile[]> {
  const files: ConfigFile[] = []
  for (const folder of folders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(unlessMissing)
    for (const entry of entries.filter(found => found.isFile() && found.name.endsWith('.json'))) {
      const file = join(entry.parentPath, entry.name)
      const path = relative(root, file).split(sep).join('/')
      const { size } = await stat(file)
      files.push({ path, text: size > mostBytes ? tooLarge(path) : await readFile(file, 'utf8') })
    }
  }
  return files.sort((one, other) => (one.path < other.path ? -1 : 1))
}

function unlessMissing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []
  throw error
}

function isOurs(text: string): boolean {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && 'plugboard' in json
  } catch {
    // Somebody else's, or spoilt by hand: it is not ours to remove.
    return false
  }
}

async function guarded<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault || !(error instanceof Error) || !('code' in error)) throw error
    throw new Fault('bad-usage', { message: `${root} cannot be read or written: ${String(error.code)}`, cause: error })
  }
}

const words: Record<ConfigStep['what'], string> = {
  'account-created': 'new account',
  'account-same': '',
  'account-unlike': 'account left as it is, unlike the file',
  'profile-created': 'new profile',
  'profile-edited': 'edited',
  'profile-same': ''
}

function importText(steps: ConfigStep[], dryRun: boolean): string {
  const told = steps.filter(({ what }) => words[what] !== '')
  const changes = told.filter(({ what }) => what !== 'account-unlike').length
  const end = dryRun
    ? `${countText(changes, 'change')} would be made. Nothing was changed.`
    : `${countText(changes, 'local change')} made. Nothing was sent: look at "plan".`
  return [...told.flatMap(stepLines), end, 'What has no file here stays as it is.'].join('\n')
}

function stepLines({ path, what, title, settings, unlike, secrets }: ConfigStep): string[] {
  const differs = unlike.length > 0 ? ` (${unlike.join(', ')})` : ''
  return [
    `${title}: ${words[what]}${differs}  ${path}`,
    ...settings.map(setting => `  ${settingText(setting)}`),
    ...(secrets.length > 0 ? [`  to be entered: ${secrets.join(', ')}`] : [])
  ]
}
