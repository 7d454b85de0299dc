import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoginItemSettings, LoginItemSettingsOptions, Settings } from 'electron'
import { beforeEach, expect, test, vi } from 'vitest'
import { defaultDataDir } from '../../src/main/base/paths.ts'
import { autostartEntry, isAutostartOn } from '../../src/main/hosts/electron/autostart-file.ts'
import { findLoginItem } from '../../src/main/hosts/electron/login-item.ts'
import { menuTemplate } from '../../src/main/hosts/electron/menu.ts'

// What macOS and Windows keep, by their documentation: the bundle's tests run on Linux.
const system = vi.hoisted(() => ({
  isPackaged: true,
  given: {} as Settings,
  wasOpenedAtLogin: false,
  isDisabled: false
}))

vi.mock('electron', () => ({
  app: {
    get isPackaged() {
      return system.isPackaged
    },
    setLoginItemSettings: (settings: Settings) => (system.given = settings),
    getLoginItemSettings(asked?: LoginItemSettingsOptions): Partial<LoginItemSettings> {
      const isSame = JSON.stringify(asked?.args ?? []) === JSON.stringify(system.given.args ?? [])
      return {
        openAtLogin: (system.given.openAtLogin ?? false) && isSame,
        executableWillLaunchAtLogin: !system.isDisabled,
        wasOpenedAtLogin: system.wasOpenedAtLogin
      }
    }
  }
}))

beforeEach(() => {
  Object.assign(system, { isPackaged: true, given: {}, wasOpenedAtLogin: false, isDisabled: false })
})

const usual = defaultDataDir({})
const find = (platform: NodeJS.Platform, env: NodeJS.ProcessEnv = {}, dataDir = usual) =>
  findLoginItem({ platform, env, dataDir })

test('on Windows it starts without a window, on the same data folder, and is off when the Task Manager says so', () => {
  const item = find('win32', {}, 'C:\\My Data')
  expect(item?.isOn()).toBe(false)
  item?.turn(true)
  expect(system.given).toEqual({
    openAtLogin: true,
    enabled: true,
    path: process.execPath,
    args: ['--hidden', '"--data-dir=C:\\My Data"']
  })
  expect(item?.isOn()).toBe(true)
  system.isDisabled = true
  expect(item?.isOn()).toBe(false)
  item?.turn(false)
  expect(system.given).toMatchObject({ openAtLogin: false })
})

test('macOS says itself that the login started it; another data folder cannot be passed on, so it is not offered', () => {
  const item = find('darwin')
  item?.turn(true)
  expect([system.given, item?.isOn(), item?.wasUsed()]).toEqual([{ openAtLogin: true }, true, false])
  system.wasOpenedAtLogin = true
  expect(item?.wasUsed()).toBe(true)
  expect(find('darwin', {}, '/elsewhere')).toBeUndefined()
})

test('it is not offered in a checkout, nor in a container that decides itself what starts', () => {
  expect(find('linux', { SNAP: '/snap/plugboard/1' })).toBeUndefined()
  expect(find('linux', { FLATPAK_ID: 'x' })).toBeUndefined()
  expect(find('linux')).toBeDefined()
  system.isPackaged = false
  expect(['win32', 'darwin', 'linux'].map(platform => find(platform as NodeJS.Platform))).toEqual([
    undefined,
    undefined,
    undefined
  ])
})

test('an entry that the desktop turned off counts as off', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-autostart-'))
  const file = join(folder, 'plugboard.desktop')
  const entry = autostartEntry('/opt/plugboard', ['--hidden'])
  try {
    expect(isAutostartOn(file)).toBe(false)
    writeFileSync(file, entry)
    expect(isAutostartOn(file)).toBe(true)
    for (const line of ['Hidden=true', 'X-GNOME-Autostart-enabled=false']) {
      writeFileSync(file, `${entry}${line}\n`)
      expect([line, isAutostartOn(file)]).toEqual([line, false])
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('macOS has its app menu with the settings; elsewhere they are in the file menu', () => {
  const parts = { go: () => undefined, find: () => undefined, docs: [], showLog: () => undefined, isPackaged: true }
  const idsOf = (isMac: boolean, index: number) => {
    const submenu = menuTemplate({ ...parts, isMac })[index]?.submenu
    return (Array.isArray(submenu) ? submenu : []).map(({ id, role }) => id ?? role)
  }
  expect(menuTemplate({ ...parts, isMac: true }).map(({ role, label }) => role ?? label)).toEqual([
    'appMenu',
    'fileMenu',
    'editMenu',
    'View',
    'Go',
    'windowMenu',
    'help'
  ])
  expect(idsOf(true, 0)).toEqual(expect.arrayContaining(['about', 'go-settings', 'services', 'hide', 'quit']))
  expect(idsOf(true, 1)).toEqual(['close'])
  expect(idsOf(false, 0)).toEqual(['go-settings', undefined, 'quit'])
})
