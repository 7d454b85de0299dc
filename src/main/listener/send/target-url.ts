import { Fault } from '#shared/faults.ts'
import { isLoopback } from '../../base/loopback.ts'

// A target's URL stands for `/in/<key>`: what a sender has behind the key is appended to its path, and the sender's query to
// its query, letter by letter. `http://localhost:3000/hooks?a=1` and `/in/<key>/sms?b=%zz` give
// `http://localhost:3000/hooks/sms?a=1&b=%zz`.

/**
 * Checks an address that is to be sent to. http only to this computer, as for accounts: callbacks hold people's messages and
 * numbers. out: as it is kept. faults: invalid-input.
 */
export function checkTargetUrl(text: string, field: string): string {
  const url = URL.parse(text.trim())
  // Not quoted: it may hold a password.
  if (url === null || !/^https?:$/.test(url.protocol)) throw refused('The address is not an http(s) URL.', field)
  if (url.username !== '' || url.password !== '')
    throw refused('The address takes no user name or password: it is kept and shown as it stands.', field)
  if (text.includes('#')) throw refused('The address takes no fragment (#…): no server ever gets to see one.', field)
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !isAnyHere(url.hostname))
    throw refused(
      'The address must be https: over http everybody on the way could read what the callbacks say. http is for this computer only.',
      field
    )
  return url.href
}

/** Where a callback with this request target goes at the target. What the sender wrote is not encoded anew. */
export function addressAt(targetUrl: string, target: string): string {
  const { origin, pathname, search } = new URL(targetUrl)
  const called = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^\/in\/[^/?#]+/, '')
  const at = called.indexOf('?')
  const rest = at < 0 ? called : called.slice(0, at)
  const query = at < 0 ? undefined : called.slice(at + 1)
  const path = rest.startsWith('/') ? pathname.replace(/\/$/, '') + rest : pathname + rest
  if (query === undefined) return `${origin}${path}${search}`
  return `${origin}${path}${search === '' ? '?' : `${search}&`}${query}`
}

/** An address in its parts, the request target letter by letter. */
export function partsOf(address: string): { url: URL; host: string; target: string } {
  const [, scheme = '', host = '', target = ''] = /^(https?:)\/\/([^/?#]*)([^]*)$/i.exec(address) ?? []
  return { url: new URL(`${scheme}//${host}`), host, target: target.startsWith('/') ? target : `/${target}` }
}

/** Where the listener can be reached: its ports on this computer, and the public URLs of its endpoints. */
export type OwnPlace = { ports: readonly number[]; publicUrls: readonly string[] }

/** Whether what is sent there comes back to the listener itself, as far as the address tells. */
export function leadsHere(address: string, { ports, publicUrls }: OwnPlace): boolean {
  const { url, host, target } = partsOf(address)
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
  if ((isLoopback(url.hostname) || isAnyHere(url.hostname)) && ports.includes(port)) return true
  return publicUrls.some(text => {
    const tunnel = URL.parse(text)
    if (tunnel === null || tunnel.host !== host.toLowerCase()) return false
    return target.startsWith('/in/') || (tunnel.pathname !== '/' && target.startsWith(tunnel.pathname))
  })
}

/** Other ways to write this computer: the address of all its interfaces, a name below localhost, IPv4 written as IPv6. */
function isAnyHere(hostname: string): boolean {
  return ['0.0.0.0', '[::]'].includes(hostname) || /\.localhost$|^\[::ffff:7f[0-9a-f]{2}:/.test(hostname)
}

function refused(message: string, field: string): Fault {
  return new Fault('invalid-input', {
    message,
    advice: 'Give an address such as http://localhost:3000/hooks, or an https one.',
    field
  })
}
