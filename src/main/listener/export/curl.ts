import type { HeaderPair } from '#shared/model/callback.ts'
import { bodyBytes, headerBytes, hostOf, isPlainTarget, type Exportable } from './request.ts'

/** What curl adds of itself unless it is told not to. */
const ownHeaders = ['User-Agent', 'Accept', 'Content-Type', 'Content-Length', 'Expect']
/** Longer bodies do not fit into an argument everywhere. */
const argumentBytes = 65_536

/**
 * One command a callback, for bash and zsh, that sends the request again byte for byte: to the host that it names, over http. Where
 * curl cannot, a line says so. In: whether what is secret was taken out.
 */
export function curlOf(callbacks: Exportable[], isRedacted: boolean): string {
  const note = isRedacted ? ['# What is secret was taken out: it is sent as "redacted".'] : []
  return `${[...note, ...callbacks.map(curlOfOne)].join('\n\n')}\n`
}

function curlOfOne(callback: Exportable): string {
  const { id, receivedMs, method, target } = callback
  const body = bodyBytes(callback)
  const { words, notes } = headerWords(callback.headers)
  const host = hostOf(callback)
  const url = isPlainTarget(target) ? [`http://${host}${target}`] : ['--request-target', target, `http://${host}/`]
  const sent = bodyWords(body, isSentWithBody(callback, body))
  const words1 = [...methodWords(method, sent.words), callback.httpVersion === '1.0' ? '--http1.0' : '--http1.1']
  const options = ['--path-as-is', '-g', ...url.map(word => shellWord(headerBytes(word)))]
  const lines = [[...words1.map(word => shellWord(headerBytes(word))), ...options].join(' '), ...words, ...sent.words]
  const command = `${sent.from}curl ${lines.join(' \\\n  ')}`
  const trailers = callback.trailers.length > 0 ? ['# It had trailers, which curl cannot send.'] : []
  const truncated = callback.truncated ? ['# Its body was longer than the listener keeps; this is its beginning.'] : []
  const title = `# Callback ${id}, received ${new Date(receivedMs).toISOString()}`
  return [title, ...notes, ...trailers, ...truncated, command].join('\n')
}

/** With a HEAD curl would wait for a body of the answer. */
function methodWords(method: string, body: string[]): string[] {
  return method === 'HEAD' && body.length === 0 ? ['--head'] : ['-X', method]
}

/** A chunked body has to be given even where it is empty, or its end is never sent. */
function isSentWithBody({ headers }: Exportable, body: Buffer): boolean {
  return body.length > 0 || headers.some(([name]) => name.toLowerCase() === 'transfer-encoding')
}

/** `from`: what stands before the command and gives it the body. */
function bodyWords(body: Buffer, isSent: boolean): { from: string; words: string[] } {
  if (!isSent) return { from: '', words: [] }
  if (body.length <= argumentBytes && isText(body)) return { from: '', words: [`--data-raw ${shellWord(body)}`] }
  return { from: `printf %s '${body.toString('base64')}' | base64 -d | `, words: ['--data-binary @-'] }
}

/**
 * curl writes `Host` first and with its own name. One that comes later goes along with the header before it, which curl passes
 * on as it stands.
 */
function headerWords(headers: HeaderPair[]): { words: string[]; notes: string[] } {
  const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted.toLowerCase())
  const notes: string[] = []
  const lines: string[] = []
  let isHostOurs = false
  for (const [at, [name, value]] of headers.entries()) {
    const isHost = name.toLowerCase() === 'host'
    if (isHost && at > 0) {
      isHostOurs = true
      lines[lines.length - 1] = `${withBlank(lines.at(-1) ?? '')}\r\n${name}: ${value}`
    } else lines.push(value === '' ? `${name};` : `${name}: ${value}`)
    if (isHost && at === 0 && name !== 'Host') notes.push(`# curl writes the header "${name}" as "Host".`)
  }
  const suppressed = ownHeaders.filter(name => !has(name)).map(name => `${name}:`)
  if (isHostOurs || !has('host')) suppressed.push('Host:')
  const words = [...lines, ...suppressed].map(line => `-H ${shellWord(headerBytes(line))}`)
  return { words, notes }
}

/** `X;` is curl's way to write a header without a value, as long as nothing follows it. */
function withBlank(line: string): string {
  return line.endsWith(';') && !line.includes(':') ? `${line.slice(0, -1)}:` : line
}

/** One word of bash or zsh: in single quotes where it is text, else with every other byte as its number. */
export function shellWord(bytes: Buffer): string {
  if (/^[\w@%+=:,./-]+$/.test(bytes.toString('latin1'))) return bytes.toString('latin1')
  if (isText(bytes)) return `'${bytes.toString('utf8').replaceAll("'", `'\\''`)}'`
  const characters = Array.from(bytes, byte => {
    const character = String.fromCharCode(byte)
    if (character === "'" || character === '\\') return `\\${character}`
    return byte >= 0x20 && byte < 0x7f ? character : `\\${byte.toString(8).padStart(3, '0')}`
  })
  return `$'${characters.join('')}'`
}

/** Whether a file and a terminal show it as it is: UTF-8 without control characters but line feeds and tabs. */
function isText(bytes: Buffer): boolean {
  const text = bytes.toString('utf8')
  return !hasControls(text) && Buffer.from(text, 'utf8').equals(bytes)
}

function hasControls(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text.replaceAll(/[\n\t]/g, ''))
}
