/** A body as JSON with indentation, or undefined where it is not JSON. */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return undefined
  }
}

/** The fields of a form body, decoded; undefined where the content type says that it is no form. */
export function formPairs(text: string, contentType: string | undefined): [string, string][] | undefined {
  if (!contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded')) return undefined
  return [...new URLSearchParams(text)]
}

type Reader = { fromBase64?: (base64: string) => Uint8Array<ArrayBuffer> }

/** The browser's own reader is many times faster with a large body; older ones have none. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as Reader
  if (fromBase64) return fromBase64.call(Uint8Array, base64)
  const letters = atob(base64)
  const bytes = new Uint8Array(letters.length)
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at)
  return bytes
}

/** The bytes as text; undefined where they are no UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** More than this is not unpacked: a small body can be made to unpack to any size. */
const unpackedLimitBytes = 20 * 1024 * 1024

/** A packed body, unpacked; undefined where it is not packed in a way that the page knows, or not really. */
export async function unpacked(bytes: Uint8Array<ArrayBuffer>, encoding: string): Promise<Uint8Array | undefined> {
  const format = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' } as const
  const known = format[encoding.trim().toLowerCase() as keyof typeof format]
  if (!known) return undefined
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  try {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream(known)).getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      sizeBytes += value.length
      if (sizeBytes > unpackedLimitBytes) return undefined
      parts.push(value)
    }
  } catch {
    return undefined
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer())
}
