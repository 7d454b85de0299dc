import { join } from 'node:path'
import { app, dialog, Menu, Tray } from 'electron'
import type { AppEvent } from '#shared/model/app.ts'
import type { ListenerStatus } from '#shared/model/callback.ts'
import { systemClock } from '../../base/clock.ts'
import { reportOf } from '../../base/fault-report.ts'
import { logIncident, type Log } from '../../base/log.ts'
import type { Core } from '../../core.ts'
import { listenerLine, trayMenu } from './tray-menu.ts'

type TrayParts = { client: Core['client']; imageDir: string; show: () => void; log: Log }

/** Callbacks can come by the thousand; the tray is drawn once in a while. */
const restMs = 1_000
const shownTopics: AppEvent['topic'][] = ['listener', 'callbacks']

/**
 * The tray: what the listener does, how many callbacks came since the window was last in front, pause and resume. It follows
 * the same events as the page. out: takes it away.
 */
export function showTray({ client, imageDir, show, log }: TrayParts): () => void {
  const stop = new AbortController()
  let tray: Tray | undefined
  let status: ListenerStatus | undefined
  /** How many there were when the window was last in front; less once some were cleared. */
  let known: number | undefined

  function draw(next: ListenerStatus): void {
    status = next
    known = Math.min(known ?? next.caught, next.caught)
    const image = join(imageDir, imageName(next.state === 'listening'))
    if (tray === undefined) {
      tray = new Tray(image)
      tray.on('click', show)
    } else tray.setImage(image)
    tray.setToolTip(`Plugboard: ${listenerLine(next)}`)
    // Linux shows a change of the menu only when it is set anew.
    const actions = { show, turn: () => void turn(), quit: () => app.quit() }
    tray.setContextMenu(Menu.buildFromTemplate(trayMenu(next, next.caught - known, actions)))
  }
  function look(): void {
    known = status?.caught
    if (status !== undefined) draw(status)
  }
  async function turn(): Promise<void> {
    try {
      draw(await (status?.state === 'listening' ? client.listener.stop() : client.listener.start({})))
    } catch (error) {
      const report = reportOf(error)
      if (report === undefined) throw error
      await dialog.showMessageBox({ type: 'error', message: report.message, detail: report.advice })
    }
  }
  async function follow(): Promise<void> {
    const events = await client.app.watch(undefined, { signal: stop.signal })
    draw(await client.listener.status())
    for await (const { topic } of events) {
      if (!shownTopics.includes(topic)) continue
      draw(await client.listener.status())
      await systemClock.sleep(restMs, stop.signal)
    }
  }

  app.on('browser-window-focus', look)
  follow().catch((error: unknown) => {
    if (!stop.signal.aborted) logIncident(log, error, 'tray')
  })
  return () => {
    stop.abort()
    app.off('browser-window-focus', look)
    tray?.destroy()
  }
}

/** macOS draws images with this ending in the colour of its menu bar. */
function imageName(isListening: boolean): string {
  return `${isListening ? 'listening' : 'paused'}${process.platform === 'darwin' ? 'Template' : ''}.png`
}
