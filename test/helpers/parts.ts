import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Finds the first of the programs that is on PATH. out: its full path. */
export function findProgram(names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '')
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(isExecutable)
}

/** Says why a suite that needs these programs of Linux cannot run here; undefined when all are there. */
export function missingParts(programs: string[]): string | undefined {
  if (process.platform !== 'linux') return 'needs Linux'
  const missing = programs.filter(program => !findProgram([program]))
  return missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
