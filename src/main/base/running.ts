/** Whether a process of this computer runs, also as somebody else. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs as somebody else. Anything else (ESRCH): it does not run.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
