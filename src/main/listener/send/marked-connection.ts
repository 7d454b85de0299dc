import { connect, isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { Fault } from '#shared/faults.ts'
import { isLoopback } from '../../base/loopback.ts'
import type { Store } from '../../store/store.ts'
import { TimeUp } from './send-fault.ts'

type Connecting = {
  /** Called with the connection below TLS, which is the one that the listener knows, before its first byte. */
  mark: (ours: Socket) => void
  /** PEM, trusted instead of what this program trusts. */
  authority?: string | undefined
  limitMs: number
  signal?: AbortSignal | undefined
}

/**
 * Connects for one request, over TLS where the address is https. faults: cancelled. Everything else is an error as Node says it,
 * or `TimeUp`.
 */
export async function openMarked(url: URL, { mark, authority, limitMs, signal }: Connecting): Promise<Socket> {
  const isSafe = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const late = AbortSignal.timeout(limitMs)
  const until = signal ? AbortSignal.any([signal, late]) : late
  const whyEnded = () => (late.aborted ? new TimeUp(false) : new Fault('cancelled', { message: 'It was given up.' }))
  const carrier = await ready(connect({ host, port: portOf(url) }), 'connect', { until, whyEnded })
  mark(carrier)
  if (!isSafe) return carrier
  const servername = isIP(host) === 0 ? host : undefined
  const secured = connectSecurely({ socket: carrier, host, servername, ca: authority, ALPNProtocols: ['http/1.1'] })
  carrier.on('error', error => secured.destroy(error))
  return ready(secured, 'secureConnect', { until, whyEnded })
}

/** The authority of this computer where the address is the listener's own https, which few programs trust; undefined elsewhere. */
export function ownAuthority({ options }: Pick<Store, 'options'>, url: URL): string | undefined {
  return isOwnHttps({ options }, url) ? options.get('listener-ca') : undefined
}

/** Whether it is the port of this computer that the listener's https has, or had last. */
export function isOwnHttps({ options }: Pick<Store, 'options'>, url: URL): boolean {
  const isHere = url.protocol === 'https:' && isLoopback(url.hostname)
  return isHere && String(portOf(url)) === options.get('listener-https-port')
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80))
}

function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  { until, whyEnded }: { until: AbortSignal; whyEnded: () => Error }
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const end = () => void socket.destroy(whyEnded())
    const fail = (error: unknown) => {
      until.removeEventListener('abort', end)
      reject(error)
    }
    socket.once('error', fail).once(event, () => {
      until.removeEventListener('abort', end)
      socket.off('error', fail)
      resolve(socket)
    })
    if (until.aborted) end()
    else until.addEventListener('abort', end, { once: true })
  })
}
