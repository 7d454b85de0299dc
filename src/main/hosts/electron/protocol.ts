import { readFile } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'
import { protocol } from 'electron'
import { pageHeaders } from '../../base/page-policy.ts'
import { pageHost, scheme } from './page.ts'

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2'
}

/** Makes `app:` a scheme with an origin and the web's rules. Must be called before Electron is ready, once. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } }
  ])
}

/** Serves the built page, and nothing else on the disk, as `app://plugboard/…`. */
export function servePage(rendererDir: string): void {
  protocol.handle(scheme, request => answer(rendererDir, request))
}

async function answer(rendererDir: string, request: Pick<Request, 'method' | 'url'>): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
  const file = fileOf(rendererDir, request.url)
  const type = file === undefined ? undefined : contentTypes[extname(file)]
  if (file === undefined || type === undefined) return refuse(404)
  try {
    const body = await readFile(file)
    return new Response(request.method === 'HEAD' ? null : body, {
      headers: { ...pageHeaders([]), 'Content-Type': type, 'Cache-Control': 'no-cache' }
    })
  } catch {
    return refuse(404)
  }
}

/** out: the path inside the folder, or undefined for a URL that names nothing there. */
function fileOf(rendererDir: string, text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null || url.host !== pageHost) return undefined
  const path = decode(url.pathname)
  if (path === undefined || path.includes('\0')) return undefined
  const folder = resolve(rendererDir)
  const file = join(folder, path)
  return file.startsWith(folder + sep) ? file : undefined
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

function refuse(status: number): Response {
  return new Response(null, { status, headers: pageHeaders([]) })
}
