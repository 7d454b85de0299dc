import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { newCanary, type Canary } from '../helpers/canary.ts'

// The password in the address of a proxy, and a credential that would go through it: in no answer, no log and no file, whatever
// the proxy says. A proxy that repeats what it was sent is among them.

/** As it stands in the address: `!@` are escaped there. */
const escaped = `${randomBytes(18).toString('base64url')}%21%40`
const secrets = { escaped, plain: decodeURIComponent(escaped), credential: randomBytes(18).toString('base64url') }
const account = {
  provider: 'exotel',
  label: 'A',
  baseUrl: 'https://api.provider.example',
  fields: { appId: 'an-app' },
  secrets: { appSecret: secrets.credential }
}
let canary: Canary
let proxy: Server
let seen: string[]

beforeEach(() => {
  canary = newCanary()
  seen = []
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await canary.remove()
  proxy?.close()
})

async function startProxy(answer: (socket: Socket, credentials: string) => void): Promise<number> {
  proxy = createServer().on('connect', (request, socket: Socket) => {
    const [, credentials = ''] = (request.headers['proxy-authorization'] ?? '').split(' ')
    seen.push(Buffer.from(credentials, 'base64').toString())
    answer(
      socket.on('error', () => undefined),
      credentials
    )
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  return (proxy.address() as AddressInfo).port
}

const answers: Record<string, (socket: Socket, credentials: string) => void> = {
  'refuses and repeats it': (socket, credentials) => {
    const body = `${credentials} ${Buffer.from(credentials, 'base64').toString()}`
    const head = `HTTP/1.1 407 ${credentials}\r\nProxy-Authenticate: Basic realm="${credentials}"`
    socket.end(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  },
  'answers what is no HTTP': (socket, credentials) => void socket.end(`${credentials}\r\n\r\n`),
  'takes itself for the provider': (socket, credentials) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    socket.end(`HTTP/1.1 500 ${credentials}\r\n\r\n`)
  }
}

test.each(Object.entries(answers))(
  'the password is nowhere when the proxy %s',
  async (_name, answer) => {
    vi.stubEnv('HTTPS_PROXY', `http://someone:${secrets.escaped}@127.0.0.1:${await startProxy(answer)}`)
    const { client } = await canary.open('session')
    const { id } = await client.accounts.add(account)
    await canary.hear(client.accounts.test({ id }))
    await canary.hear(client.accounts.get({ id }))
    expect(seen[0]).toBe(`someone:${secrets.plain}`)
    expect(canary.said.join()).toContain('api.provider.example')
    canary.expectNoTrace(secrets)
  },
  60_000
)

test.each(['@127.0.0.1:1', '@', '@127.0.0.1:port', '@[::1', '@127.0.0.1:99999'])(
  'nor when its address is none, or leads nowhere: …%s',
  async end => {
    vi.stubEnv('HTTPS_PROXY', `http://someone:${secrets.escaped}${end}`)
    await canary.hear(
      canary.open('session').then(async ({ client }) => {
        const { id } = await client.accounts.add(account)
        return client.accounts.test({ id })
      })
    )
    expect(canary.said.join()).toMatch(/proxy|could not be reached|refused the connection/i)
    canary.expectNoTrace(secrets)
  },
  60_000
)
