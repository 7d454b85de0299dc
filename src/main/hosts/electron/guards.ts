import { app, session, shell, type WebContents } from 'electron'
import type { Log } from '../../base/log.ts'
import type { Page } from './page.ts'

/** `mayOpen` decides which hosts a link may open in the person's browser. */
export type Guards = { page: Page; mayOpen: (host: string) => boolean; log: Log }

/** Keeps every web contents on our page: no other address, no other window, no webview, no permission. */
export function guardEverything(guards: Guards): void {
  app.on('web-contents-created', (_, contents) => guardContents(contents, guards))
  // Writing plain text to the clipboard is what the copy buttons do; everything else is refused.
  const isAllowed = (permission: string, url: string) =>
    permission === 'clipboard-sanitized-write' && guards.page.isAt(url)
  const { defaultSession } = session
  defaultSession.setPermissionRequestHandler((_, permission, answer, details) => {
    answer(isAllowed(permission, details.requestingUrl))
  })
  defaultSession.setPermissionCheckHandler((contents, permission) =>
    contents === null ? false : isAllowed(permission, contents.getURL())
  )
  defaultSession.setDevicePermissionHandler(() => false)
}

function guardContents(contents: WebContents, { page, mayOpen, log }: Guards): void {
  contents.on('will-navigate', details => {
    if (!details.isMainFrame || !page.isAt(details.url)) details.preventDefault()
  })
  contents.on('will-frame-navigate', details => {
    if (!details.isMainFrame || !page.isAt(details.url)) details.preventDefault()
  })
  contents.on('will-redirect', details => details.preventDefault())
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    const target = URL.parse(url)
    if (target?.protocol === 'https:' && mayOpen(target.hostname)) {
      shell
        .openExternal(target.href)
        .catch((error: unknown) => log.warn({ problem: String(error) }, 'the link could not be opened'))
    } else {
      log.warn({ host: target?.hostname }, 'a link was not opened')
    }
    return { action: 'deny' }
  })
}
