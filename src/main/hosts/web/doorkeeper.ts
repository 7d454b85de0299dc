import type { IncomingMessage, ServerResponse } from 'node:http'
import { Fault } from '#shared/faults.ts'
import { refuse } from './refusal.ts'
import type { Sessions } from './sessions.ts'
import { createWhence } from './whence.ts'

/** Decides about each request before anything is served. */
export type Doorkeeper = {
  /** Lets the page's request through to `next`, or answers it itself. */
  admit(request: IncomingMessage, response: ServerResponse, next: () => void): void
  /** out: the session, or the status with which to refuse the socket. */
  admitSocket(request: IncomingMessage): { session: string } | { status: 400 | 401 | 403 | 404 }
}

/** The cookie's name has the port in it: browsers do not keep cookies of different ports apart. */
export function createDoorkeeper(port: number, sessions: Sessions): Doorkeeper {
  const whence = createWhence(port)
  const cookieName = `plugboard-${port}`
  const cookieMarks = 'HttpOnly; SameSite=Strict; Path=/'

  function sessionOf(request: IncomingMessage): string | undefined {
    return readCookies(request.headers.cookie, cookieName).find(id => sessions.isOpen(id))
  }

  /** In: a request with a token. */
  function letIn(request: IncomingMessage, response: ServerResponse, token: string): void {
    // The link was clicked again in the browser that is already in.
    if (sessionOf(request) !== undefined) return redirectHome(response)
    // Any web page can send tokens here. None is compared, and none counts, else they could keep the person out.
    if (whence.isFromElsewhere(request)) return refuse(response, 401, fromLink())
    const result = sessions.redeem(token)
    if (result === 'wrong') return refuse(response, 401, notAllowedIn('This token is not valid, or was used already'))
    if ('pauseMs' in result) return refuseForNow(response, result.pauseMs)
    response.setHeader('Set-Cookie', `${cookieName}=${result.session}; ${cookieMarks}`)
    redirectHome(response)
  }

  function signOut(request: IncomingMessage, response: ServerResponse): void {
    const session = sessionOf(request)
    if (session === undefined) return refuse(response, 401, notAllowedIn())
    if (!whence.isFromOurPage(request)) return refuse(response, 403, notFromHere())
    sessions.end(session)
    response.writeHead(204, { 'Set-Cookie': `${cookieName}=; ${cookieMarks}; Max-Age=0` }).end()
  }

  function admitPage(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    const url = URL.parse(request.url ?? '', 'http://plugboard')
    if (url === null) return refuse(response, 400, badAddress())
    const token = url.pathname === '/' && request.method === 'GET' ? url.searchParams.get('token') : null
    if (token !== null) return letIn(request, response, token)
    const isLink = request.headers['sec-fetch-mode'] === 'navigate'
    if (whence.isFromElsewhere(request) && !isLink) return refuse(response, 403, notFromHere())
    if (sessionOf(request) !== undefined) return next()
    // A link on another site does not carry a strict cookie; the page asking again by itself does.
    if (whence.isFromElsewhere(request)) response.setHeader('Refresh', '0; url=/')
    refuse(response, 401, notAllowedIn())
  }

  return {
    admit(request, response, next) {
      // Nothing here takes a body, so that none is waited for.
      if (hasBody(request)) response.setHeader('Connection', 'close')
      if (!whence.isToUs(request)) return refuse(response, 403, notOurName())
      if (!isOwnPath(request.url)) return refuse(response, 400, badAddress())
      if (request.method === 'POST' && request.url === '/sign-out') return signOut(request, response)
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        response.setHeader('Allow', 'GET, HEAD')
        return refuse(response, 405, new Fault('bad-usage', { message: 'Pages can only be read here' }))
      }
      if (hasBody(request)) return refuse(response, 413, new Fault('bad-usage', { message: 'No body is read here' }))
      admitPage(request, response, next)
    },
    admitSocket(request) {
      if (!whence.isToUs(request) || !whence.isFromOurPage(request)) return { status: 403 }
      if (request.url !== '/rpc') return { status: 404 }
      const session = sessionOf(request)
      if (session === undefined) return { status: 401 }
      // Our page asks for none.
      return request.headers['sec-websocket-protocol'] === undefined ? { session } : { status: 400 }
    }
  }
}

const badAddress = () => new Fault('bad-usage', { message: 'The address is not valid' })
const notOurName = () => notAllowedIn('Plugboard does not answer under this name')
const notFromHere = () => notAllowedIn('This is for the pages of Plugboard alone')
const fromLink = () =>
  notAllowedIn(
    'A link on a web page does not open Plugboard',
    'Copy the address that Plugboard printed into the address bar of the browser.'
  )

function notAllowedIn(message?: string, advice?: string): Fault {
  return new Fault('unauthorised', {
    ...(message !== undefined && { message }),
    ...(advice !== undefined && { advice })
  })
}

/** The page asks again by itself, once. */
function refuseForNow(response: ServerResponse, pauseMs: number): void {
  const seconds = Math.ceil(pauseMs / 1000)
  response.setHeader('Retry-After', seconds).setHeader('Refresh', seconds)
  const advice = `In ${seconds} s this page tries again by itself. Where Plugboard runs, Enter prints a new address that works at once.`
  refuse(response, 429, notAllowedIn('There were too many tries with a wrong token', advice))
}

function redirectHome(response: ServerResponse): void {
  response.writeHead(303, { Location: '/' }).end()
}

/** Not a whole address, as proxies are sent, and none that begins with another host's name. */
function isOwnPath(target = ''): boolean {
  return /^\/(?![/\\])/.test(target)
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** All of that name: a page on another port of this computer can set one for a longer path, which then comes first. */
function readCookies(header: string | undefined, name: string): string[] {
  const pairs = (header ?? '').split(';').map(part => part.trim().split('=', 2))
  return pairs.flatMap(([key, value]) => (key === name && value !== undefined ? [value] : []))
}
