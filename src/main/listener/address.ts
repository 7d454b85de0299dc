import type { HeaderPair } from '#shared/model/callback.ts'

const absoluteForm = /^https?:\/\/([^/?#]*)([^]*)$/i

/**
 * Splits a request target. out: the authority where it stood in the target (a proxy's form), and the key of `/in/<key>`;
 * each undefined where there is none.
 */
export function readTarget(target: string): { authority: string | undefined; key: string | undefined } {
  const absolute = absoluteForm.exec(target)
  const rest = absolute ? (absolute[2] ?? '') : target
  return { authority: absolute?.[1], key: /^\/in\/([^/?#]+)/.exec(rest)?.[1] }
}

/** What follows the endpoint's key: path and query as they stood, each empty where there is none. */
export function afterKey(target: string): { path: string; query: string } {
  const rest = absoluteForm.exec(target)?.[2] ?? target
  const [, path = '', query = ''] = /^\/in\/[^/?#]+([^?#]*)(?:\?([^#]*))?/.exec(rest) ?? []
  return { path, query }
}

/**
 * Whether a request for this host is for us. A page that points its own name at 127.0.0.1 (DNS rebinding) is not;
 * `more` is for the host of an active tunnel.
 */
export function isOurHost(host: string, port: number, more: readonly string[] = []): boolean {
  const given = host.toLowerCase()
  const ending = `:${port}`
  const name = given.endsWith(ending) ? given.slice(0, -ending.length) : isUsualPort(port) ? given : ''
  return name === '127.0.0.1' || name === 'localhost' || name === '[::1]' || more.includes(given)
}

/** The one that a sender leaves out: of http, or of https. */
function isUsualPort(port: number): boolean {
  return port === 80 || port === 443
}

/** As `headerValues`, in Node's flat list of names and values. in: name: in lower case. */
export function rawHeaderValues(flat: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let at = 0; at + 1 < flat.length; at += 2) {
    if (flat[at]?.length === name.length && flat[at]?.toLowerCase() === name) values.push(flat[at + 1] ?? '')
  }
  return values
}

/** The values of a header by name, whatever its case, in order. */
export function headerValues(headers: readonly HeaderPair[], name: string): string[] {
  return headers.filter(pair => pair[0].toLowerCase() === name).map(pair => pair[1])
}

/** The address that the sender used, as far as its request tells. in: httpsPort: what was sent there came by https. */
export function sentTo(target: string, headers: readonly HeaderPair[], httpsPort: number | null): string | null {
  if (absoluteForm.test(target)) return target
  const [host] = headerValues(headers, 'host')
  if (host === undefined) return null
  const isHttps = httpsPort !== null && Number(/:(\d+)$/.exec(host)?.[1] ?? 80) === httpsPort
  return `${isHttps ? 'https' : 'http'}://${host}${target}`
}
