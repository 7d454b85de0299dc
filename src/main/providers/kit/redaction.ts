import { excerptOf, redactNames, redactValues } from '#shared/redact.ts'

/** Takes the secrets of one session out of whatever the other side said. It grows with each token. */
export type Redaction = {
  hide(secret: string): void
  /** A short piece of plain text: a reason, a page. URLs are cut down to their host: their path may be a secret. */
  excerpt(text: string): string
  /** A short piece of a document, with the values of secret names replaced. */
  excerptOfJson(value: unknown): string
}

export function createRedaction(secrets: Iterable<string>): Redaction {
  const hidden = new Set(secrets)
  const excerpt = (text: string) => excerptOf(shortenUrls(redactValues(text, hidden)))
  return {
    hide: secret => void hidden.add(secret),
    excerpt,
    excerptOfJson: value => excerpt(JSON.stringify(redactNames(value)) ?? '')
  }
}

function shortenUrls(text: string): string {
  return text.replaceAll(/\b((?:https?|wss?):\/\/)([^\s"'<>\\]+)/gi, (_whole, scheme: string, rest: string) => {
    const [authority = '', ...path] = rest.split(/[/?#]/)
    const host = authority.slice(authority.lastIndexOf('@') + 1)
    return `${scheme}${host}${path.some(part => part !== '') ? '/…' : ''}`
  })
}
