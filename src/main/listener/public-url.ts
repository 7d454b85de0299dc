import { Fault } from '#shared/faults.ts'

// The public URL of an endpoint is what the provider sees of it through a tunnel: either the whole address, which stands for
// `/in/<key>` here, or only the origin of a tunnel that passes paths on as they are.

/**
 * Checks what was entered and gives it as it is kept: without blanks around it, otherwise as written, because senders sign
 * it letter by letter. in: key: of its endpoint. faults: invalid-input.
 */
export function checkPublicUrl(text: string, key: string): string {
  const url = URL.parse(text.trim())
  // Not quoted: it may hold a password.
  if (url === null || !/^https?:$/.test(url.protocol)) throw refused('The public URL is not an http(s) address.')
  if (url.username !== '' || url.password !== '') throw refused('The public URL takes no user name or password.')
  if (text.includes('#')) throw refused('The public URL takes no fragment (#…): no server ever gets to see one.')
  if (text.includes('?')) throw refused('The public URL takes no query (?…): that is taken from each callback.')
  const other = /^\/in\/([^/]+)/.exec(url.pathname)?.[1]
  if (other !== undefined && other !== key) {
    throw refused(
      'The public URL ends in the key of another endpoint. Give only its origin, or the whole address of this one.'
    )
  }
  return url.pathname === '/' ? url.origin : text.trim()
}

/** The address that the sender called, query and all. in: target: as it stood in the request line. */
export function publicAddressOf(publicUrl: string, target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '')
  if (URL.parse(publicUrl)?.pathname === '/') return `${publicUrl.replace(/\/$/, '')}${path}`
  const rest = path.replace(/^\/in\/[^/?#]+/, '')
  return rest.startsWith('/') ? `${publicUrl.replace(/\/$/, '')}${rest}` : `${publicUrl}${rest}`
}

/** The hosts of public URLs: a tunnel hands them on as they were called. */
export function publicHosts(urls: (string | null)[]): string[] {
  return urls.flatMap(url => (url === null ? [] : (URL.parse(url)?.host ?? [])))
}

function refused(message: string): Fault {
  return new Fault('invalid-input', {
    message,
    advice: 'Give the https address of the tunnel that leads here, with or without the path of the endpoint.',
    field: 'publicUrl'
  })
}
