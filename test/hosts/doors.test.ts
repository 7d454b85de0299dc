import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkNode } from '../../src/main/base/node-version.ts'
import { ensureBuilt } from '../helpers/built.ts'
import { startDoor } from '../helpers/doors.ts'

let out: string
let dataDir: string

beforeAll(async () => {
  out = await ensureBuilt()
  dataDir = mkdtempSync(join(tmpdir(), 'plugboard-doors-'))
}, 200_000)

afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

test('Node 22.14 and everything newer is taken, everything older is refused with what to do', () => {
  for (const version of ['22.14.0', '22.20.1', '23.0.0', '24.1.0', '100.0.0'])
    expect(checkNode(version)).toBeUndefined()
  for (const version of ['22.13.9', '20.20.2', '18.0.0', '4.0.0']) {
    const fault = checkNode(version, undefined)
    expect(fault).toMatchObject({ code: 'node-too-old' })
    expect(fault?.message).toContain(`Node.js ${version}`)
    expect(fault?.report().advice).toContain('npm start')
  }
  expect(checkNode('20.9.0', '30.0.0')?.message).toContain('Electron 30.0.0')
})

const oldNode = findOldNode()

test.skipIf(oldNode === undefined)(
  `on an old Node every door says one sentence and ends with 1${oldNode === undefined ? ' (skipped: no Node older than 22.14 on this machine)' : ''}`,
  async () => {
    for (const door of ['web', 'start', 'cli'] as const) {
      const ran = startDoor({ out, door, args: ['providers'], env: { PLUGBOARD_DATA_DIR: dataDir }, node: oldNode })
      expect([door, await ran.ended()]).toEqual([door, 1])
      expect(ran.stderr()).toMatch(
        /^Plugboard needs Node\.js 22\.14 or newer; this is Node\.js [\d.]+\. Start Plugboard/
      )
      expect(ran.stderr().trimEnd()).not.toContain('\n')
      expect(ran.stdout()).toBe('')
    }
  }
)

test('what a door loads before it knows the version holds no native module', () => {
  for (const door of ['index', 'web', 'start', 'cli']) {
    const loaded = importedBy(join(out, 'main', `${door}.js`))
    expect([...loaded].filter(name => !name.startsWith('node:')).filter(name => !name.endsWith('.js'))).toEqual(
      expect.not.arrayContaining(['better-sqlite3', 'keytar', 'electron'])
    )
  }
})

test('main is ES modules with the native modules left outside, preload is one CommonJS file that needs electron only', () => {
  const all = importedBy(join(out, 'main/index.js'), true)
  expect(all).toContain('better-sqlite3')
  expect(all).toContain('electron')
  // keytar is loaded by the program that makes the calls to the keychain.
  expect(readFileSync(join(out, 'main/keychain-process.js'), 'utf8')).toMatch(/["']keytar["']/)
  const preload = readFileSync(join(out, 'preload/index.cjs'), 'utf8')
  expect([...preload.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map(match => match[1])).toEqual(['electron'])
  expect(preload).not.toMatch(/^\s*(import|export)\s/m)
})

test('an option that nobody knows is bad usage, said in one line', async () => {
  const wrong = [['--colour'], ['--port', 'x'], ['--port', '70000'], ['--vault', 'drawer'], ['word']]
  for (const door of ['web', 'start'] as const) {
    for (const args of wrong) {
      const ran = startDoor({ out, door, args, env: { PLUGBOARD_DATA_DIR: dataDir } })
      expect([door, args, await ran.ended()]).toEqual([door, args, 2])
      expect(ran.stderr()).not.toMatch(/\n\s+at |\n./)
      expect(ran.stdout()).toBe('')
    }
  }
}, 60_000)

/** The modules that a file imports, and those of ours also what they import. `dynamic`: with `import(…)` as well. */
function importedBy(file: string, dynamic = false, seen = new Set<string>()): Set<string> {
  const text = readFileSync(file, 'utf8')
  const pattern = dynamic ? /(?:from|import|import\()\s*["'`]([^"'`]+)["'`]/g : /(?:from|import)\s*["']([^"']+)["']/g
  for (const [, name = ''] of text.matchAll(pattern)) {
    const isOurs = name.startsWith('.')
    const key = isOurs ? join(dirname(file), name) : name
    if (seen.has(key)) continue
    seen.add(key)
    if (isOurs) importedBy(key, dynamic, seen)
  }
  return seen
}

function findOldNode(): string | undefined {
  const places = ['/usr/bin/node', '/usr/local/bin/node']
  return places.find(place => {
    const asked = spawnSync(place, ['-p', 'process.versions.node'], { encoding: 'utf8' })
    return asked.status === 0 && checkNode(asked.stdout.trim(), undefined) !== undefined
  })
}
