import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { afterAll, beforeAll, expect, test } from 'vitest'
import flipAll, { type Packed } from '../../resources/packaging/fuses.ts'
import { inventElectron } from '../helpers/packed.ts'

const on = FuseState.ENABLE
const off = FuseState.DISABLE
const decided = {
  [FuseV1Options.RunAsNode]: off,
  [FuseV1Options.EnableCookieEncryption]: on,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: off,
  [FuseV1Options.EnableNodeCliInspectArguments]: off,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: on,
  [FuseV1Options.OnlyLoadAppFromAsar]: on,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: off,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: off,
  [FuseV1Options.WasmTrapHandlers]: on
}

const root = join(import.meta.dirname, '../..')
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugboard-fuses-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What electron-builder.yml says under `electronFuses`. */
function chosen(): Record<string, boolean> {
  const text = readFileSync(join(root, 'electron-builder.yml'), 'utf8')
  const [, section = ''] = /^electronFuses:\n((?: {2}.+\n)+)/m.exec(text) ?? []
  return Object.fromEntries(
    [...section.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, is]) => [name, is === 'true'])
  )
}

function packed(electronPlatformName: string, fuses: Record<string, boolean> = chosen()): Packed {
  return {
    appOutDir: folder,
    electronPlatformName,
    packager: {
      appInfo: { productFilename: 'Plugboard' },
      config: { electronFuses: fuses },
      executableName: 'plugboard'
    }
  }
}

test.each([
  ['linux', 'plugboard'],
  ['win32', 'Plugboard.exe'],
  ['darwin', 'Plugboard.app/Contents/Frameworks/Electron Framework.framework/Electron Framework']
])('on %s every fuse is as it was decided', async (platform, file) => {
  inventElectron(join(folder, file))
  const { executableName, ...packager } = packed(platform).packager
  await flipAll({ ...packed(platform), packager: platform === 'linux' ? { ...packager, executableName } : packager })
  const { version: _version, ...wire } = await getCurrentFuseWire(join(folder, file))
  expect(wire).toEqual(decided)
})

test('a fuse that a newer Electron has and nobody decided about stops the build', async () => {
  inventElectron(join(folder, 'plugboard'), '1011000111')
  await expect(flipAll(packed('linux'))).rejects.toThrow(/strictlyRequireAllFuses.*10 fuses/)
})

test.each(Object.keys(chosen()))('%s cannot be left out of electron-builder.yml', async name => {
  inventElectron(join(folder, 'plugboard'))
  const { [name]: _gone, ...others } = chosen()
  await expect(flipAll(packed('linux', others))).rejects.toThrow(`electron-builder.yml does not say ${name}`)
})

test('a system that nobody thought of stops the build', async () => {
  await expect(flipAll(packed('mas'))).rejects.toThrow('no fuses are known for mas')
})
