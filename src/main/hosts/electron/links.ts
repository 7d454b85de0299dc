import { app } from 'electron'
import type { Log } from '../../base/log.ts'
import { linkScheme } from './arguments.ts'
import { placeOf } from './deep-link.ts'

/** `plugboard://…` as the system hands it over. A link can move the page to another place, and nothing else. */
export type Links = {
  /** A link from a command line. */
  take: (link: string | undefined) => void
  /** Follows links from now on. out: the place of one that came before. */
  follow: (go: (place: string) => void) => string | undefined
}

/** Must be called before Electron is ready: macOS tells of the link that started the app at once. */
export function watchLinks(log: Log): Links {
  let waiting: string | undefined
  let go = (place: string) => {
    waiting = place
  }
  function take(link: string | undefined): void {
    if (link === undefined) return
    const place = placeOf(link)
    // Its text is somebody else's: it may hold anything, and does not belong in a log.
    if (place === undefined) log.warn({ length: link.length }, 'a link that leads nowhere was ignored')
    else go(place)
  }
  app.on('open-url', (event, link) => {
    event.preventDefault()
    take(link)
  })
  return {
    take,
    follow(next) {
      go = next
      return waiting
    }
  }
}

/** Makes the installed app the one that opens such links. `--`: what a link brings along is no option (arguments.ts). */
export function claimLinks(): void {
  if (app.isPackaged) app.setAsDefaultProtocolClient(linkScheme, process.execPath, ['--'])
}
