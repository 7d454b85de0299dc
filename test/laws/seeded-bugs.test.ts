import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LawFinding } from '../helpers/law.ts'
import { lawRuns } from '../helpers/law-runs.ts'

/** A bug that is put into a copy of the sources of sync, and the law that has to catch it. */
type Bug = { name: string; text: string; instead: string; law: string }

const bugs: Bug[] = [
  {
    name: 'no journal: a request goes out without a durable word of it',
    text: 'return put(next, () => count(operation.runId, 1))',
    instead: 'return next',
    law: 'a process that ends at any moment'
  },
  {
    name: 'no adopt: a create of unknown outcome is sent again instead of looked up',
    text: 'return withSameKey(store, change, found, kind)',
    instead: 'return []',
    law: 'lost requests and answers'
  },
  {
    name: 'a create counts as lost by what the clock shows',
    text: '[clock.elapsedMs(), operation',
    instead: '[clock.now(), operation',
    law: 'a process that ends at any moment'
  },
  {
    name: 'send the whole record',
    text: 'api.update(change.kind, remoteId, planned, whole)',
    instead: 'api.update(change.kind, remoteId, whole, whole)',
    law: 'only planned settings are touched'
  },
  {
    name: 'base not updated',
    text: 'base: withValues(null, base),',
    instead: 'base: record.base,',
    law: 'after an apply base, local and remote'
  },
  {
    name: 'mine wins',
    text: "'edited-alike-then-settle' : 'edited-both-then-ask'",
    instead: "'edited-alike-then-settle' : 'edited-here-then-push'",
    law: 'a conflict sends nothing for that profile'
  },
  {
    name: 'a list that fails counts as empty',
    text: 'return { found: await api.list(kind.card.id), withheld: new Map() }',
    instead: 'return { found: await api.list(kind.card.id).catch(() => []), withheld: new Map() }',
    law: 'a read that fails'
  },
  {
    name: 'guards need no confirmation',
    text: 'key === null || !confirm.includes(key)',
    instead: 'key === null',
    law: 'guards, policies and subsets'
  },
  {
    name: 'theirs wins',
    text: "decision === 'edited-there-then-pull' || decision === 'edited-alike-then-settle'",
    instead: '/-settle|-pull|edited-both/.test(decision)',
    law: 'an edit is never lost'
  },
  {
    name: 'the hash leaves out what was relied on',
    text: 'reliesOn: relied, remoteId',
    instead: 'reliesOn: null, remoteId',
    law: 'the hash changes'
  },
  {
    name: 'any hash will do',
    text: 'plan.hash === hash ? []',
    instead: "hash !== '' ? []",
    law: 'nothing is sent that was not in the reviewed plan'
  },
  {
    name: 'going back goes nowhere',
    text: 'return { ...record, local }',
    instead: 'return record',
    law: 'going back brings back'
  }
]

const root = join(import.meta.dirname, '../..')
const runs = lawRuns('What the laws have to catch')
const patienceMs = 5 * 60_000
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugboard-laws-'))
  await cp(join(root, 'src'), join(folder, 'src'), { recursive: true })
  await mkdir(join(folder, 'test/helpers'), { recursive: true })
  for (const name of await readdir(join(root, 'test/helpers'))) {
    if (name.startsWith('law')) await cp(join(root, 'test/helpers', name), join(folder, 'test/helpers', name))
  }
  const { type, imports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type, imports }))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir')
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test('a copy without a bug breaks no law', { timeout: patienceMs }, async () => {
  const findings = await check(Math.min(50, runs.numRuns))
  expect(Object.keys(findings).length).toBeGreaterThan(10)
  expect(Object.values(findings).map(({ message }) => message)).toEqual(Object.keys(findings).map(() => ''))
})

for (const bug of bugs) {
  test(`is caught: ${bug.name}`, { timeout: patienceMs }, async () => {
    const findings = await patched(bug, () => check(runs.numRuns, bug.law))
    expect(Object.values(findings)).toMatchObject([{ failed: true }])
    expect(Object.values(findings)[0]?.message).toContain('Counterexample')
  })
}

/** Does the work while the bug is in the copy. */
async function patched<T>({ text, instead }: Bug, work: () => Promise<T>): Promise<T> {
  const sync = join(folder, 'src/main/sync')
  const paths = (await readdir(sync)).map(name => join(sync, name))
  const sources = await Promise.all(paths.map(async path => ({ path, source: await readFile(path, 'utf8') })))
  const [found, ...others] = sources.flatMap(one => Array(one.source.split(text).length - 1).fill(one) as [typeof one])
  if (!found || others.length > 0) throw new Error(`src/main/sync does not say exactly once: ${text}`)
  await writeFile(
    found.path,
    found.source.replace(text, () => instead)
  )
  try {
    return await work()
  } finally {
    await writeFile(found.path, found.source)
  }
}

/** Checks the laws in a process of its own, against the copy. */
async function check(numRuns: number, law = ''): Promise<Record<string, LawFinding>> {
  const args = [join(folder, 'test/helpers/law-child.ts'), String(numRuns), String(runs.seed), law]
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, timeout: patienceMs })
  return JSON.parse(stdout) as Record<string, LawFinding>
}
