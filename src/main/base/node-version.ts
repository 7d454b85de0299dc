import { Fault } from '#shared/faults.ts'

const needed = { major: 22, minor: 14 }

/**
 * Says whether this Node can carry the app. Doors ask before they load anything else, because better-sqlite3 kills the
 * process on an older one instead of failing. faults (given back, not thrown): node-too-old.
 */
export function checkNode(
  version: string = process.versions.node,
  electron: string | undefined = process.versions.electron
): Fault | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > needed.major || (major === needed.major && minor >= needed.minor)) return undefined
  const found = electron === undefined ? `Node.js ${version}` : `Electron ${electron} with Node.js ${version}`
  return new Fault('node-too-old', {
    message: `Plugboard needs Node.js ${needed.major}.${needed.minor} or newer; this is ${found}`
  })
}

/** For a door: prints what is wrong with this Node and sets the exit code. out: whether to stop. */
export function refuseOldNode(): boolean {
  const fault = checkNode()
  if (fault === undefined) return false
  process.stderr.write(`${fault.message}. ${fault.report().advice}\n`)
  process.exitCode = 1
  return true
}
