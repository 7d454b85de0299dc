import { shell } from 'electron'
import type { Log } from '../../base/log.ts'

/** Opens an address in the person's browser, if it is one that may be opened. */
export type OpenOutside = (url: string) => void

/** Only https, and only the hosts of the list, are handed to the system. */
export function createOpenOutside(hosts: ReadonlySet<string>, log: Log): OpenOutside {
  return text => {
    const url = URL.parse(text)
    if (url?.protocol !== 'https:' || !hosts.has(url.hostname)) {
      log.warn({ host: url?.hostname }, 'a link was not opened')
      return
    }
    shell
      .openExternal(url.href)
      .catch((error: unknown) => log.warn({ problem: String(error) }, 'the link could not be opened'))
  }
}
