import type { IncomingMessage } from 'node:http'

/** What a request says about the name it was sent to and the page that sent it. */
export type Whence = {
  /** Against DNS rebinding: one Host header, one of our names to the letter. */
  isToUs(request: IncomingMessage): boolean
  /** A page of our own sent it; browsers alone set Origin, and always for sockets and posts. */
  isFromOurPage(request: IncomingMessage): boolean
  /** A page from elsewhere sent it; another port of this computer is elsewhere too. */
  isFromElsewhere(request: IncomingMessage): boolean
}

export function createWhence(port: number): Whence {
  // As a browser writes them: without the port where that is http's own.
  const hosts = ['127.0.0.1', 'localhost'].map(name => new URL(`http://${name}:${port}`).host)
  const isFromOurPage: Whence['isFromOurPage'] = ({ headers }) => headers.origin === `http://${headers.host}`
  return {
    isToUs({ headersDistinct: { host = [] } }) {
      return host.length === 1 && hosts.includes(host[0] ?? '')
    },
    isFromOurPage,
    isFromElsewhere(request) {
      const site = request.headers['sec-fetch-site']
      if (request.headers.origin !== undefined && !isFromOurPage(request)) return true
      return site === 'cross-site' || site === 'same-site'
    }
  }
}
