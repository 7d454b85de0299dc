import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProgram } from '../../src/main/hosts/cli/program.ts'

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')
const rows = readme.split('\n').filter(line => line.startsWith('| `'))
const nouns = createProgram(() => {}, false).commands

test.each(nouns.map(noun => [noun.name(), noun] as const))(
  'the table of the README has %s and its verbs',
  (name, noun) => {
    const row = rows.filter(line => line.includes(`\`${name}`)).join('\n')
    expect(row).not.toBe('')
    for (const verb of noun.commands) expect(row).toMatch(new RegExp(`\`(${name} )?${verb.name()}[\` ]`))
  }
)
