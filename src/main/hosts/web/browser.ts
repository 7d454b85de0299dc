import open from 'open'

/** Opens the person's browser where there is one. A browser that does not start is no fault: the URL was printed. */
export async function openBrowser(url: string, env: NodeJS.ProcessEnv): Promise<void> {
  if (env['CI'] || !hasDisplay(env)) return
  try {
    const started = await open(url)
    started.on('error', () => undefined)
  } catch {
    process.stderr.write('No browser could be opened; open the address above.\n')
  }
}

/** Whether a window could be shown. */
export function hasDisplay(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'win32' || platform === 'darwin') return true
  return Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}
