const secretName = /secret|token|password|passphrase|authorization|api[-_]?key|auth[-_]?key|private|cookie|signature/i

/** Whether a field or header of this name is to be hidden in logs and excerpts, whoever sent it. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/** A copy in which the values of secret names are replaced, at any depth. For logs and excerpts, not for data. */
export function redactNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactNames)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecretName(name) ? '[redacted]' : redactNames(inner)])
  )
}

/**
 * The text without the given secret values, in every form they commonly travel in: raw, base64, URL-encoded, JSON-escaped.
 * Values under four characters are left: replacing them would destroy the text and hide nothing.
 */
export function redactValues(text: string, secretValues: Iterable<string>): string {
  let clean = text
  for (const value of secretValues) {
    if (value.length < 4) continue
    const forms = new Set([
      value,
      encodeURIComponent(value),
      JSON.stringify(value).slice(1, -1),
      btoa(String.fromCharCode(...new TextEncoder().encode(value)))
    ])
    for (const form of forms) clean = clean.replaceAll(form, '[redacted]')
  }
  return clean
}

/** At most `limit` characters of the text, for an excerpt in a fault. */
export function excerptOf(text: string, limit = 200): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
