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
 * The text without the given secret values, in every form they commonly travel in: raw, JSON- or HTML-escaped, each of
 * these URL-encoded, and base64, also as a part of something larger such as `user:password`.
 * Values under four characters are left: replacing them would destroy the text and hide nothing.
 */
export function redactValues(text: string, secretValues: Iterable<string>): string {
  const forms = new Set([...secretValues].filter(value => value.length >= 4).flatMap(formsOf))
  // The longest first: a short form inside a long one would leave its rest.
  const longestFirst = [...forms].sort((one, other) => other.length - one.length)
  return longestFirst.reduce((clean, form) => clean.replaceAll(form, '[redacted]'), text)
}

function formsOf(value: string): string[] {
  const escaped = [value, JSON.stringify(value).slice(1, -1), htmlEscaped(value)]
  const encoded = escaped.flatMap(form => {
    const percent = encodeURIComponent(form.toWellFormed())
    const lowerCase = percent.replaceAll(/%[0-9A-F]{2}/g, code => code.toLowerCase())
    return [percent, lowerCase, new URLSearchParams({ x: form }).toString().slice(2)]
  })
  return [...escaped, ...encoded, ...escaped.flatMap(base64Forms)]
}

function htmlEscaped(value: string): string {
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** The whole in base64, and for each of the three positions the characters that depend on nothing around it. */
function base64Forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value)
  const inside = [0, 1, 2].map(lead => {
    const text = base64Of([...new Uint8Array(lead), ...bytes])
    return text.slice(Math.ceil((lead * 4) / 3), Math.floor(((lead + bytes.length) * 4) / 3))
  })
  const forms = [base64Of([...bytes]), ...inside.filter(form => form.length >= 6)]
  return forms.flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

function base64Of(bytes: number[]): string {
  return btoa(String.fromCharCode(...bytes))
}

/** At most `limit` characters of the text, for an excerpt in a fault. */
export function excerptOf(text: string, limit = 200): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
