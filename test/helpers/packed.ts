import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { extractAll, getRawHeader } from '@electron/asar'
import { ensureBuilt } from './built.ts'

/** What marks the wire of fuses in Electron's binary (electron/docs/tutorial/fuses.md). */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** As Electron 45 comes: nine fuses of version 1. */
const fusesAsShipped = '101100011'
const root = join(import.meta.dirname, '../..')
const limitMs = 100_000

export type PackedFile = { unpacked?: boolean; integrity?: { algorithm: string; hash: string } }

export type Packed = {
  folder: string
  /** What a person would start: an invented Electron with our fuses. */
  program: string
  archive: string
  /** By their paths in the archive, with `/`; those beside it too. */
  files: Map<string, PackedFile>
  /** The app as plain files, alone: nothing of the checkout is above it. */
  app: string
  printed: string
  remove(): void
}

/** A file with nothing of Electron's binary but what a change of fuses looks for. */
export function inventElectron(file: string, fuses: string = fusesAsShipped): void {
  mkdirSync(dirname(file), { recursive: true })
  const wire = Buffer.from([1, fuses.length])
  const parts = ['\x7fELF and so on ', sentinel, wire, fuses, ' and so forth']
  writeFileSync(file, Buffer.concat(parts.map(part => Buffer.from(part))), { mode: 0o755 })
}

/** Packs the built app for Linux as `npm run package -- --dir` does, around an invented Electron. */
export async function packLinux(env: NodeJS.ProcessEnv = {}): Promise<Packed> {
  await ensureBuilt()
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-packed-'))
  const electron = join(folder, 'electron')
  inventElectron(join(electron, 'electron'))
  for (const name of ['chrome-sandbox', 'LICENSE', 'version', 'locales/en-US.pak']) {
    mkdirSync(dirname(join(electron, name)), { recursive: true })
    writeFileSync(join(electron, name), name)
  }
  const settings = { 'directories.output': join(folder, 'out'), electronDist: electron }
  const words = Object.entries(settings).map(([name, value]) => `-c.${name}=${value}`)
  const builder = join(root, 'node_modules/electron-builder/cli.js')
  const packing = [builder, '--linux', '--dir', `--${process.arch}`, ...words]
  const ended = spawnSync(process.execPath, packing, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    timeout: limitMs
  })
  const printed = ended.stdout + ended.stderr
  const remove = () => rmSync(folder, { recursive: true, force: true })
  if (ended.status !== 0) {
    remove()
    throw new Error(`electron-builder ended with ${ended.status}: ${printed}`)
  }
  const packedDir = join(folder, 'out', unpackedName(join(folder, 'out')))
  const archive = join(packedDir, 'resources/app.asar')
  const app = join(folder, 'app')
  extractAll(archive, app)
  return {
    folder: packedDir,
    program: join(packedDir, 'plugboard-desktop'),
    archive,
    files: filesIn(getRawHeader(archive).header as Entry),
    app,
    printed,
    remove
  }
}

/** `linux-unpacked`, with the processor in it where that is not x64. */
function unpackedName(folder: string): string {
  const found = readdirSync(folder).find(name => name.endsWith('unpacked'))
  if (found === undefined) throw new Error(`nothing was packed into ${folder}`)
  return found
}

type Entry = PackedFile & { files?: Record<string, Entry> }

function filesIn(entry: Entry, path = ''): Map<string, PackedFile> {
  const found = new Map<string, PackedFile>()
  for (const [name, child] of Object.entries(entry.files ?? {})) {
    const place = path === '' ? name : `${path}/${name}`
    if (child.files === undefined) found.set(place, child)
    else for (const [inner, file] of filesIn(child, place)) found.set(inner, file)
  }
  return found
}

type Locked = {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/** The folders of the packages that the built main can load: what its files import, and what those packages depend on. */
export function packagesNeeded(mainDir: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const found = new Set<string>()
  function visit(name: string, from: string): void {
    const place = nearest(packages, name, from)
    if (place === undefined || found.has(place)) return
    found.add(place)
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[place] ?? {}
    const peers = Object.keys(peerDependencies ?? {}).filter(peer => !peerDependenciesMeta?.[peer]?.optional)
    for (const next of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) visit(next, place)
  }
  for (const name of importedBy(mainDir)) if (name !== 'electron') visit(name, '')
  return [...found].sort()
}

/** Node's way: in the package's own folder, then in those above it. */
function nearest(packages: Record<string, Locked>, name: string, from: string): string | undefined {
  for (let above = from; ; above = above.slice(0, Math.max(0, above.lastIndexOf('/node_modules/')))) {
    const place = `${above === '' ? '' : `${above}/`}node_modules/${name}`
    if (place in packages) return place
    if (above === '') return undefined
  }
}

/** The packages that the files name in an import or a require, also those that are only looked for. */
function importedBy(folder: string): Set<string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.js'))
    .flatMap(name => [...readFileSync(join(folder, name), 'utf8').matchAll(imports)])
    .map(([, name = '']) => name)
  return new Set(names.map(name => name.split('/', name.startsWith('@') ? 2 : 1).join('/')))
}

const imports = /(?:\bfrom|\bimport\(?|require\(|\)\()\s*["']([@a-z][\w@./-]*)["']/g
