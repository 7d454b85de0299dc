import { app } from './app.ts'
import { journal } from './journal.ts'

type Handler = (request: Request) => Response | Promise<Response>

class Protocol {
  readonly handlers = new Map<string, Handler>()
  registerSchemesAsPrivileged(schemes: unknown[]): void {
    if (app.isReady) throw new Error('registerSchemesAsPrivileged must be called before ready')
    if (journal.schemes.length > 0) throw new Error('registerSchemesAsPrivileged can be called once')
    journal.schemes.push(...schemes)
  }
  handle(scheme: string, handler: Handler): void {
    if (!app.isReady) throw new Error('protocol.handle needs ready')
    this.handlers.set(scheme, handler)
  }
}

export const protocol = new Protocol()

/**
 * Chromium itself does not know the scheme, so the page lives under an https origin of the same host. Both directions.
 */
const origin = 'https://plugboard.test'

export function toPageUrl(url: string): string {
  return url.startsWith('app://plugboard/') ? `${origin}${url.slice('app://plugboard'.length)}` : url
}

export function toAppUrl(url: string): string {
  if (url.startsWith('blob:')) return `blob:${toAppUrl(url.slice('blob:'.length))}`
  return url.startsWith(`${origin}/`) ? `app://plugboard${url.slice(origin.length)}` : url
}

/** Asks the registered handler, as Electron does for a request of the page. */
export async function answer(url: string, method: string): Promise<Response> {
  const handler = protocol.handlers.get(new URL(url).protocol.slice(0, -1))
  if (!handler) throw new Error(`no handler for ${url}`)
  return handler(new Request(url, { method }))
}
