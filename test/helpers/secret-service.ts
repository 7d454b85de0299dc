import { execFile, type ExecFileOptions } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A bus without service files: nothing is started on demand, so that each state of the keychain is exactly the one asked for. */
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

/** What the keychain is like: `locked` is it on a home whose keyring exists, and has no collection on one that never had any. */
export type KeychainState = 'unlocked' | 'locked' | 'no-service' | 'no-bus'

const startDaemon: Record<Exclude<KeychainState, 'no-bus'>, string> = {
  unlocked: 'printf "keyring password" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1',
  locked: 'gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1',
  'no-service': ':'
}

/** The daemon goes to the background before it can be called: waits until it has its name on the bus, ten seconds at most. */
const awaitDaemon = `tries=0
until dbus-send --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets \\
  | grep -q 'boolean true'; do tries=$((tries + 1)); [ $tries -lt 500 ] || exit 97; sleep 0.02; done`

export type Outcome = { code: number | null; stdout: string; stderr: string }

/** Runs a command, with variables, in a session bus of its own whose home is the folder. Bounded; it ends with all it started. */
export async function runInSession(
  home: string,
  state: KeychainState,
  command: string[],
  variables: Record<string, string> = {}
): Promise<Outcome> {
  const env = { ...sessionEnvironment(home), ...variables }
  if (state === 'no-bus') return run(command, { env })
  const script = [startDaemon[state], ...(state === 'no-service' ? [] : [awaitDaemon]), 'exec "$@"'].join('\n')
  const config = join(home, 'bus.conf')
  writeFileSync(config, busConfig)
  const outcome = await run(
    ['dbus-run-session', `--config-file=${config}`, '--', 'sh', '-c', script, 'sh', ...command],
    { env }
  )
  endDaemons(home)
  return outcome
}

/** A daemon whose bus ends while it is still starting does not always notice. */
function endDaemons(home: string): void {
  for (const { pid, command } of processesOf(home)) {
    if (command.startsWith('gnome-keyring-daemon ')) endProcess(pid)
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!isGone) throw error
  }
}

/** An environment in which nothing of the machine's own session can be reached. */
export function sessionEnvironment(home: string): NodeJS.ProcessEnv {
  const runtime = join(home, 'run')
  mkdirSync(runtime, { recursive: true, mode: 0o700 })
  const folders = {
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(home, 'share'),
    XDG_CONFIG_HOME: join(home, 'config')
  }
  return { PATH: process.env['PATH'], ...folders, XDG_CACHE_HOME: join(home, 'cache') }
}

/** What still runs with the folder in its environment; waits a little for those that are just ending. out: command lines. */
export async function processesLeft(home: string): Promise<string[]> {
  for (let tries = 0; tries < 100 && processesOf(home).length > 0; tries += 1) await sleep(50)
  return processesOf(home).map(({ pid, command }) => `${pid} ${command}`)
}

export function processesOf(home: string): { pid: number; command: string }[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids
    .filter(pid => readProc(pid, 'environ').includes(home))
    .map(pid => ({ pid: Number(pid), command: readProc(pid, 'cmdline').replaceAll('\0', ' ') }))
}

/** Empty for a process that has ended meanwhile or belongs to somebody else. */
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return ''
  }
}

function run([program = '', ...args]: string[], options: ExecFileOptions): Promise<Outcome> {
  return new Promise(resolve => {
    const child = execFile(
      program,
      args,
      { ...options, encoding: 'utf8', timeout: 30_000, killSignal: 'SIGKILL' },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr })
    )
  })
}
