import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findProgram } from './parts.ts'

/** The programs that suites need, and the Debian package that has each. */
const parts = [
  { programs: ['chromium', 'chromium-browser', 'google-chrome'], package: 'chromium', why: 'the browser tests' },
  { programs: ['gnome-keyring-daemon'], package: 'gnome-keyring', why: 'the keychain tests' },
  { programs: ['secret-tool'], package: 'libsecret-tools', why: 'the keychain tests' },
  { programs: ['dbus-run-session'], package: 'dbus', why: 'the keychain tests' },
  { programs: ['dbus-launch'], package: 'dbus-x11', why: 'the keychain tests' },
  { programs: ['curl'], package: 'curl', why: 'the listener tests' }
]
const libsecret = { package: 'libsecret-1-0', why: 'keytar' }

/** On Debian and Ubuntu as root installs what is missing; elsewhere names it, and the suites skip themselves by name. */
export function installMissingParts(): void {
  if (process.platform !== 'linux') return
  const missing = [
    ...parts.filter(part => findProgram(part.programs) === undefined),
    ...(hasLibsecret() ? [] : [libsecret])
  ]
  if (missing.length === 0) return
  const names = missing.map(part => part.package)
  if (process.getuid?.() !== 0 || findProgram(['apt-get']) === undefined) {
    process.stdout.write(`Missing for all tests: ${names.join(', ')}. The suites that need them are skipped.\n`)
    return
  }
  process.stdout.write(`Installing what the tests need: ${names.join(', ')}\n`)
  aptGet(['update', '-qq'])
  aptGet(['install', '-y', '-qq', '--no-install-recommends', ...names])
}

function hasLibsecret(): boolean {
  const found = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' })
  if (found.status === 0) return found.stdout.includes('libsecret-1.so.0')
  return existsSync('/usr/lib/x86_64-linux-gnu/libsecret-1.so.0')
}

function aptGet(args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const done = spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'], timeout: 900_000 })
  if (done.status !== 0) process.stdout.write(`apt-get ${args[0]} did not succeed; suites may be skipped.\n`)
}
