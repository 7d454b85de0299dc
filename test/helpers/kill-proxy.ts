import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What becomes of a request whose sender is killed: it never arrives, it arrives when nobody waits any more, or only after
 * others have looked already (once `release` is called).
 */
export type Fate = 'lost' | 'late' | 'held back'

export type KillProxy = {
  url: string
  /** How many requests have come. */
  count: number
  /** Told of the nth request, from 1. out: how the sender was killed, and what becomes of the request; else it passes. */
  onRequest: (nth: number) => Promise<Fate | undefined>
  /** Told after the provider has answered the nth request, before its sender gets to know. */
  onAnswer: (nth: number) => Promise<void>
  /** What the client gets instead of the body that the provider answered with. */
  rewrite: (body: string) => string
  /** Lets what was held back go on its way. */
  release(): void
  /** Resolves once no request is on its way any more. */
  idle(): Promise<void>
  close(): Promise<void>
}

/** Stands between a client and its simulator, at an address that stays the same. in: where: the simulator. */
export async function startKillProxy(where: () => string): Promise<KillProxy> {
  const underWay = new Set<Promise<void>>()
  const held: (() => void)[] = []
  const server = createServer((incoming, outgoing) => {
    const passed = pass(incoming, outgoing).catch(() => void outgoing.destroy())
    underWay.add(passed)
    void passed.finally(() => underWay.delete(passed))
  })

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    incoming.on('error', () => outgoing.destroy())
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const nth = (proxy.count += 1)
    const fate = await proxy.onRequest(nth)
    if (fate === 'lost') return void outgoing.destroy()
    if (fate === 'held back') await new Promise<void>(resolve => held.push(resolve))
    const answer = await forward(where(), incoming, Buffer.concat(chunks))
    await proxy.onAnswer(nth)
    const body = Buffer.from(proxy.rewrite(answer.body.toString('utf8')))
    outgoing.writeHead(answer.status, answer.status === 204 ? {} : { ...answer.headers, 'content-length': body.length })
    outgoing.end(body)
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const proxy: KillProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: 0,
    onRequest: async () => undefined,
    onAnswer: async () => undefined,
    rewrite: body => body,
    release: () => held.splice(0).forEach(go => go()),
    idle: async () => void (await Promise.allSettled(underWay)),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
  return proxy
}

const ofTheHop = ['connection', 'keep-alive', 'transfer-encoding', 'content-length']

type Forwarded = { status: number; headers: Record<string, string | string[]>; body: Buffer }

function forward(to: string, { method, url = '/', headers }: IncomingMessage, body: Buffer): Promise<Forwarded> {
  const { host, hostname, port } = new URL(to)
  return new Promise((resolve, reject) => {
    const options = { hostname, port, path: url, method, headers: { ...headers, host } }
    const sending = sendRequest(options, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const kept = Object.entries(answer.headers).filter(([name]) => !ofTheHop.includes(name))
        const passed = Object.fromEntries(kept) as Forwarded['headers']
        resolve({ status: answer.statusCode ?? 502, headers: passed, body: Buffer.concat(chunks) })
      })
    })
    sending.on('error', reject)
    sending.end(body)
  })
}
