import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Settings } from '#shared/model/field.ts'
import { TinyRemote } from './tiny-provider.ts'

export type Write = { method: string; id: string }

/** The tiny provider behind a real socket. `onWrite` is told of each write, before or after it is carried out. */
export type HookServer = {
  url: string
  remote: TinyRemote
  writes: Write[]
  onWrite: (when: 'before' | 'after', method: string) => void
  close(): Promise<void>
}

export async function startHookServer(): Promise<HookServer> {
  const remote = new TinyRemote()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const settings = text === '' ? {} : (JSON.parse(text) as Settings)
      const id = decodeURIComponent(request.url?.slice(1) ?? '')
      const method = request.method ?? ''
      if (method === 'GET') {
        const all = [...remote.there].map(([remoteId, own]) => ({ kind: 'hook', remoteId, settings: own }))
        return void response.end(JSON.stringify(all.filter(({ remoteId }) => id === '' || remoteId === id)))
      }
      started.onWrite('before', method)
      started.writes.push({ method, id })
      const answer = carryOut(remote, method, id, settings)
      started.onWrite('after', method)
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const started: HookServer = {
    url: `http://127.0.0.1:${port}`,
    remote,
    writes: [],
    onWrite: () => undefined,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
  return started
}

function carryOut(remote: TinyRemote, method: string, id: string, settings: Settings): { id: string } {
  if (method === 'POST') return { id: remote.put(settings) }
  if (method === 'PATCH') remote.edit(id, settings)
  if (method === 'DELETE') remote.there.delete(id)
  return { id }
}
