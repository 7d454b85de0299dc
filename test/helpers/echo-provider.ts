import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A provider that repeats in its failures what it was sent: the secret it read at the last login, and the token it gave out.
 * `echo` is how it does so; null: it works as it should.
 */
export type EchoProvider = {
  url: string
  token: string
  /** Secrets that arrived. */
  seen: string[]
  speak(echo: Echo | null, at: 'login' | 'list' | 'write'): void
  close(): Promise<void>
}

export type Echo = { name: string; answer: (response: ServerResponse, secrets: string[]) => void }

const json = (status: number, body: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

const asHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
const asBase64 = (text: string) => Buffer.from(`app:${text}`).toString('base64')
const asHex = (text: string) => Buffer.from(text).toString('hex')
const inHeader = (text: string) => encodeURIComponent(text)

function failed(name: string, status: number, words: (secrets: string[]) => unknown): Echo {
  return { name, answer: (response, secrets) => json(status, { Status: 'Failed', Error: words(secrets) })(response) }
}

function page(name: string, status: number, words: (secrets: string[]) => string): Echo {
  return {
    name,
    answer(response, secrets) {
      response.writeHead(status, { 'content-type': 'text/html' })
      response.end(`<html><body>${words(secrets)}</body></html>`)
    }
  }
}

function header(name: string, status: number, headers: (secrets: string[]) => Record<string, string>): Echo {
  return {
    name,
    answer(response, secrets) {
      response.writeHead(status, inHeader(secrets.join()), headers(secrets))
      response.end()
    }
  }
}

const list = (secrets: string[], form: (text: string) => string) => secrets.map(form).join(' and ')

/** Every way that was thought of, for a failure of any status. */
export const echoes: Echo[] = [
  ...[400, 401, 403, 404, 409, 422, 429, 500, 503].map(status =>
    failed(`in the reason of a ${status}`, status, secrets => `wrong: ${secrets.join(' ')}`)
  ),
  failed('in a success that failed', 200, secrets => `wrong: ${secrets.join(' ')}`),
  failed('in a document inside the reason', 400, secrets =>
    JSON.stringify({ response: { error_data: { message: secrets.join(' '), description: asHtml(secrets.join(' ')) } } })
  ),
  failed('cut in the middle', 401, secrets => secrets.map(text => `${text.slice(0, 15)}… …${text.slice(15)}`).join()),
  failed('cut in base64', 401, secrets => list(secrets, text => asBase64(text).slice(0, 24))),
  failed('in base64', 401, secrets => list(secrets, asBase64)),
  failed('in hex', 401, secrets => list(secrets, asHex)),
  failed('URL-encoded', 401, secrets => `https://x.example/?${list(secrets, encodeURIComponent)}`),
  failed(
    'in an address',
    400,
    secrets => `https://a:${secrets.map(encodeURIComponent).join(':')}@x.example/${secrets.join()}`
  ),
  {
    name: 'in JSON of another form',
    answer: (response, secrets) => json(200, { Sent: { Secret: secrets } })(response)
  },
  { name: 'as the whole body', answer: (response, secrets) => void response.writeHead(200).end(secrets.join('\n')) },
  { name: 'in a cut document', answer: (response, secrets) => void response.end(`{"Error":"${secrets.join()}`) },
  page('on a page', 502, secrets => secrets.join(' ')),
  page('on an escaped page', 200, secrets => list(secrets, asHtml)),
  header('in a redirect', 302, secrets => ({ location: `https://x.example/${secrets.map(inHeader).join('/')}` })),
  header('in a wait', 429, secrets => ({ 'retry-after': inHeader(secrets.join()), 'x-echo': asBase64(secrets.join()) }))
]

export async function startEchoProvider(token: string): Promise<EchoProvider> {
  const seen = new Set<string>()
  const speaking = new Map<string, Echo | null>()
  const settings = new Map([['popup', 'https://crm.example.com/popup']])

  /** The last one comes last. */
  function see(secret: string): void {
    seen.delete(secret)
    seen.add(secret)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const isLogin = request.url?.endsWith('/token') ?? false
    if (isLogin) see((JSON.parse(text) as { Secret: string }).Secret)
    const at = isLogin ? 'login' : request.method === 'GET' ? 'list' : 'write'
    const echo = speaking.get(at)
    if (echo) return echo.answer(response, [...[...seen].slice(-1), ...(isLogin ? [] : [token])])
    const data = isLogin ? token : [...settings].map(([Key, Value]) => ({ Key, Value }))
    json(200, { Status: 'Success', Data: data })(response)
  }

  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    get seen() {
      return [...seen]
    },
    speak: (echo, at) => void speaking.set(at, echo),
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
