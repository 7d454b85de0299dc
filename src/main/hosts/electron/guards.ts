import { app, session, type WebContents } from 'electron'
import type { Log } from '../../base/log.ts'
import type { OpenOutside } from './outside.ts'
import type { Page } from './page.ts'
import { guardSession } from './session-guards.ts'

export type Guards = { page: Page; openOutside: OpenOutside; log: Log }

/**
 * Keeps every web contents on our page: no other address, no other window, no webview, no permission, no request to
 * anywhere. Nobody is trusted, logged in to or shown a certificate, because nothing is loaded from elsewhere.
 */
export function guardEverything({ page, openOutside, log }: Guards): void {
  app.on('web-contents-created', (_, contents) => guardContents(contents, page, openOutside))
  app.on('session-created', created => guardSession(created, page, log))
  guardSession(session.defaultSession, page, log)
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault()
    answer(false)
  })
  app.on('select-client-certificate', (event, _contents, _url, _certificates, answer) => {
    // Left to itself, Chromium would present the first one.
    event.preventDefault()
    answer()
  })
  app.on('login', (event, _contents, _details, _asker, answer) => {
    event.preventDefault()
    answer()
  })
}

function guardContents(contents: WebContents, page: Page, openOutside: OpenOutside): void {
  contents.on('will-navigate', details => {
    if (!details.isMainFrame || !page.isAt(details.url)) details.preventDefault()
  })
  contents.on('will-frame-navigate', details => {
    if (!details.isMainFrame || !page.isAt(details.url)) details.preventDefault()
  })
  contents.on('will-redirect', details => details.preventDefault())
  contents.on('will-attach-webview', event => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
}
