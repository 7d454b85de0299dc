import { stat } from 'node:fs/promises'
import { isRunning } from '../base/running.ts'

/** File systems tell times by up to two seconds. */
const slackMs = 5_000

/** Whether the process that made it is gone. In a container each start may have the number that the one before it had. */
export async function isLeftBehind(path: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return !isRunning(pid)
  const made = await stat(path).catch(unlessGone)
  return made !== undefined && made.mtimeMs < performance.timeOrigin - slackMs
}

/** Whoever made it may remove it while it is looked at. */
function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
