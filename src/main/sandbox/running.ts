import { readFile, rm, writeFile } from 'node:fs/promises'
import { send } from './request.ts'

/** Where the simulator of a data folder answers. The file stays after its end, so that the next one takes the same port. */
export type Running = { url: string; pid: number }

/** Reads who was there last. out: undefined if nobody was, or if the file cannot be understood. */
export async function readRunning(file: string): Promise<Running | undefined> {
  return parseRunning(await readText(file))
}

/** Whether that very process still answers there; another program, or a simulator of another data folder, does not count. */
export async function isAnswering(running: Running, provider: string): Promise<boolean> {
  try {
    const { status, text } = await send({ url: `${running.url}/__sandbox/health`, method: 'GET', timeoutMs: 1_000 })
    if (status !== 200) return false
    const health: unknown = JSON.parse(text)
    return isRecord(health) && health.ok === true && health.provider === provider && health.pid === running.pid
  } catch {
    return false
  }
}

/**
 * Makes this process the one simulator of its state file. The file is created exclusively; one whose process no longer
 * answers is replaced. out: undefined when it is ours, or the other one that runs.
 */
export async function claimRunning(file: string, provider: string, own: Running): Promise<Running | undefined> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await createExclusively(file, JSON.stringify(own))) return undefined
    const text = await readText(file)
    const other = parseRunning(text)
    if (other && (await isAnswering(other, provider))) return other
    // Somebody may be writing it just now: an unreadable file gets a moment.
    if (!other) await new Promise(resolve => setTimeout(resolve, 50))
    if ((await readText(file)) === text) await rm(file, { force: true })
  }
  throw new Error('the running file could not be claimed')
}

async function createExclusively(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return false
    throw error
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    // Not there, or not to be read: nobody is known. Whoever wants to write here will get the system's refusal.
    if (isSystemError(error) && ['ENOENT', 'ENOTDIR', 'EACCES'].includes(error.code ?? '')) return undefined
    throw error
  }
}

function parseRunning(text: string | undefined): Running | undefined {
  if (!text) return undefined
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value) || typeof value.url !== 'string' || typeof value.pid !== 'number') return undefined
    return /^http:\/\/127\.0\.0\.1:\d+$/.test(value.url) ? { url: value.url, pid: value.pid } : undefined
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error
}
