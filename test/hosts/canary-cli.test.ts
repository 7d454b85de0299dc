import { randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCli, type Cli } from '../helpers/cli.ts'
import { missingParts } from '../helpers/parts.ts'
import { isPieceIn, isTraceIn, tracesIn } from '../helpers/traces.ts'

// Secrets that the command line meets in its surroundings: the password of a proxy, what a person types, passphrases of backups.
// They are in nothing that it prints, with --json or without, and in nothing that it leaves on the disk.

const newSecret = () => randomBytes(18).toString('base64url')
const secrets = {
  proxy: `${newSecret()}%21%40`,
  app: newSecret(),
  typed: newSecret(),
  passphrase: newSecret(),
  backup: newSecret(),
  wrong: newSecret()
}
const baseUrl = 'https://api.provider.example'
let cli: Cli
const printed: string[] = []

beforeAll(async () => {
  cli = await createCli({ PLUGBOARD_PASSPHRASE: secrets.passphrase })
  cli.env['TMPDIR'] = join(cli.folder, 'tmp')
  mkdirSync(cli.env['TMPDIR'])
  const add = [
    'accounts',
    'add',
    'exotel',
    '--label',
    'A',
    '--base-url',
    baseUrl,
    '--set',
    'appId=an-app',
    '--secrets-stdin'
  ]
  await cli.value(add, JSON.stringify({ appSecret: secrets.app }))
})
afterAll(() => cli.remove())

/** Runs it twice, for people and for programs. */
async function both(words: string[], input?: string): Promise<string> {
  const ended = [await cli.run(words, input), await cli.run(['--json', ...words], input)]
  const text = ended.map(({ stdout, stderr }) => stdout + stderr).join('\n')
  printed.push(text)
  return text
}

function expectNoTrace(): void {
  for (const [name, secret] of Object.entries({ ...secrets, plainProxy: decodeURIComponent(secrets.proxy) })) {
    const texts = printed.filter(text => isTraceIn(text, secret) || isPieceIn(text, secret))
    expect([name, texts, tracesIn(cli.folder, secret)]).toEqual([name, [], []])
  }
}

test.each([
  ['leads nowhere', `http://someone:${secrets.proxy}@127.0.0.1:1`, /refused|could not be reached/],
  ['is none', `http://someone:${secrets.proxy}@127.0.0.1:port`, /not the address of a proxy/]
])('the password of a proxy is not printed when its address %s', async (_name, address, reason) => {
  cli.env['HTTPS_PROXY'] = address
  expect(await both(['accounts', 'test', 'A'])).toMatch(reason)
  delete cli.env['HTTPS_PROXY']
  expectNoTrace()
})

test('passphrases of backups are in nothing that is printed or written', async () => {
  const file = join(cli.folder, 'all.plugboard-backup')
  const given = (passphrase: string) => JSON.stringify({ passphrase })
  cli.env['BACKUP_WORD'] = secrets.backup
  const made = await cli.run(['backup', 'create', file, '--with-secrets', '--passphrase-env', 'BACKUP_WORD'])
  delete cli.env['BACKUP_WORD']
  printed.push(made.stdout + made.stderr)
  expect(made.code).toBe(0)
  expect(readFileSync(file).length).toBeGreaterThan(1000)
  const refused = await both(['backup', 'restore', file, '--yes', '--secrets-stdin'], given(secrets.wrong))
  expect(refused).toMatch(/passphrase/)
  await both(['backup', 'restore', file, '--yes', '--secrets-stdin'], given(secrets.backup))
  for (const junk of [secrets.wrong, `{"passphrase": "${secrets.wrong}"`]) {
    const ended = await cli.run(['backup', 'restore', file, '--yes', '--secrets-stdin'], junk)
    printed.push(ended.stdout + ended.stderr)
  }
  expect((await both(['export', join(cli.folder, 'exported')])).length).toBeGreaterThan(0)
  expectNoTrace()
  expect(tracesIn(cli.folder, baseUrl)).not.toEqual([])
}, 90_000)

const skipped = missingParts(['script'])

describe.skipIf(skipped !== undefined)(`at a terminal${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  test('what is typed into a prompt is not shown, and neither is it kept', async () => {
    const words = [
      'accounts',
      'add',
      'exotel',
      '--label',
      'Typed',
      '--base-url',
      'http://127.0.0.1:9',
      '--set',
      'appId=typed-app'
    ]
    const shown = await atTerminal(words, [secrets.typed])
    printed.push(shown)
    expect(shown).toContain('App secret')
    expect((await cli.value<{ label: string }[]>(['accounts', 'list'])).map(({ label }) => label)).toContain('Typed')
    expectNoTrace()
  }, 60_000)

  /** Types each answer when it was asked for. out: the whole screen. */
  function atTerminal(words: string[], typed: string[]): Promise<string> {
    const entry = join(import.meta.dirname, '../../src/main/cli.ts')
    const command = [process.execPath, entry, ...words].map(word => `'${word}'`).join(' ')
    const child = spawn('script', ['-qefc', command, '/dev/null'], { env: { ...cli.env, TERM: 'xterm' } })
    let screen = ''
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        child.kill('SIGKILL')
        reject(new Error(`it did not end; the screen shows ${screen}`))
      }, 40_000)
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        screen += text
        if (typed.length > 0 && screen.includes('App secret')) child.stdin.write(`${typed.shift()}\r`)
      })
      child.once('close', () => {
        clearTimeout(limit)
        resolve(screen)
      })
    })
  }
})
