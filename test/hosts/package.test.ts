import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../helpers/built.ts'
import { whyNoChromium } from '../helpers/chromium.ts'
import { startDoor } from '../helpers/doors.ts'
import { startShell } from '../helpers/electron-stand-in/shell.ts'
import type { Journal } from '../helpers/electron-stand-in/journal.ts'
import { packagesNeeded, packLinux, type Packed } from '../helpers/packed.ts'

// What `npm run package` makes, packed for Linux around an invented Electron: its files, and that they start.

const skipped = process.platform === 'linux' ? undefined : 'it is packed for Linux and started here'
const root = join(import.meta.dirname, '../..')
const canary = 'a-canary-of-the-builds-environment'
const natives = [
  `node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`,
  `node_modules/keytar/prebuilds/linux-${process.arch}/keytar.node`
]

test('the npm package of the command line is the build, and nothing else of the checkout', async () => {
  await ensureBuilt()
  const npm = process.env['npm_execpath']
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const [program, args] = npm === undefined ? ['npm', words] : [process.execPath, [npm, ...words]]
  const printed = execFileSync(program, args, { cwd: root, encoding: 'utf8', shell: npm === undefined })
  const [made] = Object.values(JSON.parse(printed) as Record<string, { files: { path: string }[] }>)
  const paths = made?.files.map(({ path }) => path) ?? []
  expect(paths).toContain('out/main/cli.js')
  expect(paths.filter(path => !path.startsWith('out/')).sort()).toEqual(['README.md', 'package.json'])
}, 200_000)

describe.skipIf(skipped !== undefined)(`the package${skipped ? ` (skipped: ${skipped})` : ''}`, () => {
  let out: string
  // Undefined where packing failed: the cleaning up must not hide that.
  let packed: Packed
  let dataDir: string

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'plugboard-packed-data-'))
    out = await ensureBuilt()
    packed = await packLinux({ PLUGBOARD_PASSPHRASE: canary, GH_TOKEN: canary })
  }, 300_000)
  afterAll(() => {
    ;(packed as Packed | undefined)?.remove()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const below = (folder: string) => [...packed.files.keys()].filter(path => path.startsWith(`${folder}/`))

  test('holds the build, the pictures and packages, and nothing else of the checkout', () => {
    expect(new Set([...packed.files.keys()].map(path => path.split('/')[0]))).toEqual(
      new Set(['node_modules', 'out', 'package.json', 'resources'])
    )
    const built = readdirSync(out, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join('out', entry.parentPath.slice(out.length), entry.name))
    expect(below('out').sort()).toEqual(built.sort())
    expect(below('resources').filter(path => !path.endsWith('.png'))).toEqual([])
    expect(below('resources')).toContain('resources/icon.png')
  })

  test('holds the packages that the main process can load, each of them and no other', () => {
    const isPackage = /^(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+package\.json$/
    const there = below('node_modules').filter(path => isPackage.test(path))
    const needed = packagesNeeded(join(out, 'main'))
    expect(needed).toEqual(expect.arrayContaining(['node_modules/better-sqlite3', 'node_modules/keytar']))
    expect(there.map(path => path.slice(0, -'/package.json'.length)).sort()).toEqual(needed)
  })

  test('has no source, test, note or map', () => {
    const odd = [...packed.files.keys()].filter(path =>
      /\.(ts|tsx|mts|cts|map|md|c|cc|h|gyp)$|\.test\.|^src\//.test(path)
    )
    expect(odd).toEqual([])
    const manifest = JSON.parse(readFileSync(join(packed.app, 'package.json'), 'utf8')) as Record<string, unknown>
    expect(manifest).toMatchObject({ main: 'out/main/index.js', type: 'module' })
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['scripts']))
    expect(manifest).not.toHaveProperty('devDependencies')
  })

  test('has no secret and no place of the machine that packed it', () => {
    const odd = [...packed.files.keys()].filter(path =>
      /\.(env|pem|key|p12|pfx|npmrc|sqlite|db|log)$|\.env\./.test(path)
    )
    expect(odd).toEqual([])
    const bytes = readFileSync(packed.archive)
    // The search itself works: what is in there is found.
    expect(bytes.includes('better-sqlite3')).toBe(true)
    for (const text of [canary, root, packed.folder]) expect([text, bytes.includes(text)]).toEqual([text, false])
    expect(packed.printed).not.toContain(canary)
  })

  test('has only the native binaries of its own system beside the archive', () => {
    const beside = [...packed.files].filter(([, file]) => file.unpacked).map(([path]) => path)
    expect(beside.sort()).toEqual(natives)
    const there = readdirSync(`${packed.archive}.unpacked`, { recursive: true, encoding: 'utf8' })
    expect(there.filter(path => path.includes('.')).sort()).toEqual(natives)
    expect([...packed.files.keys()].filter(path => path.endsWith('.node')).sort()).toEqual(natives)
  })

  test('has every file under the integrity check of the archive', () => {
    const unchecked = [...packed.files].filter(
      ([, { integrity }]) => integrity?.algorithm !== 'SHA256' || !/^[0-9a-f]{64}$/.test(integrity.hash)
    )
    expect(unchecked).toEqual([])
  })

  test('loads its natives from the extracted app, with nothing of the checkout above it', () => {
    expect(packed.app.startsWith(root)).toBe(false)
    const load = createRequire(join(packed.app, 'out/main/index.js'))
    for (const name of ['better-sqlite3', 'keytar']) expect(load.resolve(name)).toContain(packed.app)
    expect(existsSync(load.resolve(join(packed.app, natives[0] ?? '')))).toBe(true)
  })

  test('its command line works: the database, the keychain program and the simulators start', async () => {
    const run = async (...args: string[]) => {
      const door = startDoor({
        out: join(packed.app, 'out'),
        door: 'cli',
        args: ['--data-dir', dataDir, '--json', ...args],
        env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere', APP_SECRET: 'a secret' }
      })
      const code = await door.ended()
      return { code, stderr: door.stderr(), answer: JSON.parse(door.stdout()) as { ok: boolean; value?: unknown[] } }
    }
    expect(await run('providers')).toMatchObject({ code: 0, stderr: '', answer: { ok: true } })
    expect(await run('accounts', 'list')).toMatchObject({ code: 0, answer: { ok: true, value: [] } })
    const add = [
      'accounts',
      'add',
      'exotel',
      '--label',
      'A',
      '--set',
      'appId=a',
      '--secret-env',
      'appSecret=APP_SECRET'
    ]
    expect(await run('--vault', 'keychain', ...add)).toMatchObject({
      code: 1,
      answer: { ok: false, fault: { code: 'vault-no-service' } }
    })
    const sandbox = startDoor({
      out: join(packed.app, 'out'),
      door: 'cli',
      args: ['--data-dir', dataDir, 'sandbox', '--provider', 'exotel']
    })
    await sandbox.printed(/http:\/\/127\.0\.0\.1:\d+/)
    expect(await sandbox.stop('SIGINT')).toBe(0)
  }, 60_000)

  test('its browser door and the thread of the listener start', async () => {
    const args = ['--no-open', '--vault', 'session', '--data-dir', dataDir]
    const door = startDoor({ out: join(packed.app, 'out'), door: 'web', args })
    const [, url = ''] = await door.printed(/^Plugboard is at (\S+)$/m)
    expect((await fetch(url, { redirect: 'manual' })).headers.get('set-cookie')).toMatch(/HttpOnly/)
    expect(await door.stop()).toBe(0)
    const listener = startDoor({
      out: join(packed.app, 'out'),
      door: 'cli',
      args: ['--data-dir', dataDir, '--json', 'listen', '--port', '0']
    })
    const [, callbackUrl = ''] = await listener.printed(/"(http:\/\/127\.0\.0\.1:\d+[^"]*)"/)
    expect((await fetch(new URL('/nobody', callbackUrl), { method: 'POST' })).status).toBe(404)
    expect(await listener.stop('SIGINT')).toBe(0)
  }, 60_000)

  const missing = whyNoChromium()
  test.skipIf(missing !== undefined)(
    `its window shows the page${missing ? ` (skipped: ${missing})` : ''}`,
    async () => {
      const shell = startShell({ out: join(packed.app, 'out'), dataDir })
      try {
        expect(await shell.ask<string>('text')).toMatch(/\S/)
        const { consoleErrors, errorBoxes, windows } = await shell.ask<Journal>('journal')
        expect({ consoleErrors, errorBoxes }).toEqual({ consoleErrors: [], errorBoxes: [] })
        const preload = join(packed.app, 'out/preload/index.cjs')
        expect(windows).toMatchObject([{ options: { webPreferences: { preload } } }])
      } finally {
        await shell.stop()
      }
    },
    60_000
  )
})
