import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { forkNode } from '../../src/main/base/child.ts'
import type { Clock } from '../../src/main/base/clock.ts'
import { findLayout } from '../../src/main/base/layout.ts'
import { createLog } from '../../src/main/base/log.ts'
import { openCore } from '../../src/main/core.ts'
import { serveWeb, type WebOptions, type WebServer } from '../../src/main/hosts/web/serve.ts'

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

/** The browser's door over a real core, a page of two files, and a clock that the test sets. */
export type WebDoor = {
  folder: string
  server: WebServer
  port: number
  /** Time goes on at once; timers do not know. */
  pass(ms: number): void
  /** One more server on a data folder of its own. */
  serve(port?: number): Promise<WebServer>
  /** A request as it is given, with a path that nothing normalises on its way. */
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Answer>
  /** Follows the one-time address. out: the cookie. */
  enter(url?: string): Promise<string>
  /** out: the socket, or the status with which it was refused. */
  tryReaching: (headers: Record<string, string>, path?: string, protocols?: string[]) => Promise<WebSocket | number>
  /** A socket that must open. */
  reach(cookie: string): Promise<WebSocket>
  logged(): string
  remove(): Promise<void>
}

export async function openWebDoor(limits: WebOptions['limits'] = {}): Promise<WebDoor> {
  const folder = mkdtempSync(join(tmpdir(), 'plugboard-web-'))
  const log = createLog({ file: join(folder, 'log') })
  let nowMs = 1_000_000
  mkdirSync(join(folder, 'page'))
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html><title>the page</title>')
  writeFileSync(join(folder, 'page/app.js'), '"the script"')
  writeFileSync(join(folder, 'outside.txt'), 'outside')
  const clock: Clock = { now: () => nowMs, elapsedMs: () => nowMs, sleep }
  const servers: WebServer[] = []

  async function serve(port?: number): Promise<WebServer> {
    const { sandboxEntry, version } = findLayout(join(import.meta.dirname, '../../src/main'))
    const core = await openCore({
      dataDir: mkdtempSync(join(folder, 'data-')),
      vault: 'session',
      host: { about: 'test', abilities: [] },
      fork: forkNode,
      sandboxEntry,
      version,
      log
    })
    try {
      const served = await serveWeb({ core, rendererDir: join(folder, 'page'), port, log, clock, limits })
      servers.push(served)
      return served
    } catch (error) {
      await core.close()
      throw error
    }
  }
  const server = await serve()
  const { hostname, port } = new URL(server.origin)

  function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, path, method, headers, agent: false }, response => {
        let body = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      })
      sent.on('error', reject).end()
    })
  }
  function tryReaching(headers: Record<string, string>, path = '/rpc', protocols: string[] = []) {
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${path}`, protocols, { headers })
    return new Promise<WebSocket | number>((resolve, reject) => {
      socket.on('open', () => resolve(socket))
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
      socket.on('error', reject)
    })
  }
  return {
    folder,
    server,
    port: Number(port),
    pass: ms => void (nowMs += ms),
    serve,
    get,
    async enter(url = server.url) {
      const answer = await get(url.slice(server.origin.length))
      const [cookie = ''] = (answer.headers['set-cookie']?.[0] ?? '').split(';')
      if (answer.status !== 303 || cookie === '') throw new Error(`not let in: ${answer.status} ${answer.body}`)
      return cookie
    },
    tryReaching,
    async reach(cookie) {
      const socket = await tryReaching({ cookie, origin: server.origin })
      if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
      return socket
    },
    logged: () => readFileSync(join(folder, 'log'), 'utf8'),
    async remove() {
      await Promise.all(servers.map(each => each.close()))
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(new Error('aborted'))
    })
  })
}
