import { join } from 'node:path'
import { app, type Session } from 'electron'
import type { Log } from '../../base/log.ts'
import type { Page } from './page.ts'

/** What a session may do: load the page's own parts, write text to the clipboard, and save what the page itself made. */
export function guardSession(session: Session, page: Page, log: Log): void {
  // Writing plain text to the clipboard is what the copy buttons do; everything else is refused.
  const isAllowed = (permission: string, url: string, isMainFrame: boolean) =>
    permission === 'clipboard-sanitized-write' && isMainFrame && page.isAt(url)
  session.setPermissionRequestHandler((_, permission, answer, { requestingUrl, isMainFrame }) => {
    answer(isAllowed(permission, requestingUrl, isMainFrame))
  })
  session.setPermissionCheckHandler((contents, permission, _, { isMainFrame }) =>
    contents === null ? false : isAllowed(permission, contents.getURL(), isMainFrame)
  )
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler((_, answer) => answer(null))
  session.setSpellCheckerEnabled(false)
  // The page's policy says the same; this holds even where it would be got around.
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !page.isPartOf(url) }))
  session.on('will-download', (event, item, contents) => {
    if (!item.getURL().startsWith('blob:') || !page.isPartOf(item.getURL()) || !page.isAt(contents.getURL())) {
      log.warn({}, 'a download was refused')
      event.preventDefault()
      return
    }
    item.setSaveDialogOptions({ title: 'Save', defaultPath: join(app.getPath('downloads'), item.getFilename()) })
  })
}
