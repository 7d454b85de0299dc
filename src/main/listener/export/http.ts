import { bodyBytes, headerText, urlOf, type Exportable } from './request.ts'

/**
 * The requests as editors with a REST client read them (RFC 9110 requests, parted by `###`). They write length and connection
 * themselves; what cannot be written in such a file is said in a comment.
 */
export function httpOf(callbacks: Exportable[], isRedacted: boolean): string {
  const note = isRedacted ? '# What is secret was taken out: it is sent as "redacted".\n\n' : ''
  return `${note}${callbacks.map(httpOfOne).join('\n\n')}\n`
}

const written = /^(?:content-length|transfer-encoding|connection)$/i

function httpOfOne(callback: Exportable): string {
  const headers = callback.headers.filter(([name]) => !written.test(name))
  const text = callback.bodyText
  return [
    `### Callback ${callback.id}, received ${new Date(callback.receivedMs).toISOString()}`,
    ...doubts(callback).map(doubt => `# ${doubt}`),
    `${callback.method} ${urlOf(callback)} HTTP/${callback.httpVersion}`,
    ...headers.map(([name, value]) => `${name}: ${headerText(value)}`),
    ...(text === null || text === '' ? [] : ['', text])
  ].join('\n')
}

function doubts(callback: Exportable): string[] {
  const { bodyText, trailers, truncated } = callback
  return [
    ...(bodyText === null
      ? [`Its body of ${bodyBytes(callback).length} bytes is not text; in base64: ${callback.bodyBase64}`]
      : []),
    ...(bodyText !== null && /^(?:###|<|>)/m.test(bodyText)
      ? ['A line of its body means something else in such a file.']
      : []),
    ...(/\{\{/.test(`${callback.target}${bodyText ?? ''}`) ? ['Double braces are a variable in such a file.'] : []),
    ...(trailers.length > 0 ? ['It had trailers, which such a file cannot have.'] : []),
    ...(truncated ? ['Its body was longer than the listener keeps; this is its beginning.'] : [])
  ]
}
