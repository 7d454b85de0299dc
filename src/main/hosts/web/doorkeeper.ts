import type { IncomingMessage, ServerResponse } from 'node:http'
import { Fault } from '#shared/faults.ts'
import { notAllowedIn, refuse } from './refusal.ts'
import type { Sessions } from './sessions.ts'

/** Decides about each request before anything is served. */
export type Doorkeeper = {
  /** Lets the page's request through to `next`, or answers it itself. */
  admit(request: IncomingMessage, response: ServerResponse, next: () => void): void
  /** out: the session, or the status with which to refuse the socket. */
  admitSocket(request: IncomingMessage): { session: string } | { status: 401 | 403 | 404 }
}

/**
 * Host is checked against DNS rebinding, Origin against sockets from other sites. The cookie's name has the port in it:
 * browsers do not keep cookies of different ports apart.
 */
export function createDoorkeeper(port: number, sessions: Sessions): Doorkeeper {
  // As a browser writes them: without the port where that is http's own.
  const hosts = ['127.0.0.1', 'localhost'].map(name => new URL(`http://${name}:${port}`).host)
  const cookieName = `plugboard-${port}`

  function sessionOf(request: IncomingMessage): string | undefined {
    return readCookies(request.headers.cookie, cookieName).find(id => sessions.isOpen(id))
  }

  function letIn(request: IncomingMessage, response: ServerResponse, token: string): void {
    // The link was clicked again in the browser that is already in.
    if (sessionOf(request) !== undefined) return redirectHome(response)
    const result = sessions.redeem(token)
    if (result === 'too-many-tries') {
      response.setHeader('Retry-After', '60')
      return refuse(response, 429, notAllowedIn('There were too many tries with a wrong token'))
    }
    if (result === 'wrong') return refuse(response, 401, notAllowedIn('This token is not valid, or was used already'))
    response.setHeader('Set-Cookie', `${cookieName}=${result.session}; HttpOnly; SameSite=Strict; Path=/`)
    redirectHome(response)
  }

  return {
    admit(request, response, next) {
      if (!hosts.includes(request.headers.host ?? '')) {
        return refuse(response, 403, notAllowedIn('Plugboard does not answer under this name'))
      }
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD')
        return refuse(response, 405, new Fault('bad-usage', { message: 'Pages can only be read here' }))
      }
      const url = URL.parse(request.url ?? '', `http://${hosts[0]}`)
      if (url === null) return refuse(response, 400, new Fault('bad-usage', { message: 'The address is not valid' }))
      const token = url.pathname === '/' && request.method === 'GET' ? url.searchParams.get('token') : null
      if (token !== null) return letIn(request, response, token)
      if (sessionOf(request) !== undefined) return next()
      // A link on another site does not carry a strict cookie; the page asking again by itself does.
      if (request.headers['sec-fetch-site'] === 'cross-site') response.setHeader('Refresh', '0; url=/')
      refuse(response, 401, notAllowedIn())
    },
    admitSocket(request) {
      const { host = '', origin } = request.headers
      if (!hosts.includes(host) || origin !== `http://${host}`) return { status: 403 }
      if (request.url !== '/rpc') return { status: 404 }
      const session = sessionOf(request)
      return session === undefined ? { status: 401 } : { session }
    }
  }
}

function redirectHome(response: ServerResponse): void {
  response.writeHead(303, { Location: '/', 'Cache-Control': 'no-store' })
  response.end()
}

/** All of that name: a page on another port of this computer can set one for a longer path, which then comes first. */
function readCookies(header: string | undefined, name: string): string[] {
  const pairs = (header ?? '').split(';').map(part => part.trim().split('=', 2))
  return pairs.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []))
}
