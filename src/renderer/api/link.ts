import type { ClientLink } from '@orpc/client'
import { RPCLink as PortLink } from '@orpc/client/message-port'
import { RPCLink as SocketLink } from '@orpc/client/websocket'

type Link = ClientLink<Record<string, never>>

/** How the page reaches the core: over a port that its own window is handed, or over a socket to its own origin. */
export type Road = 'port' | 'socket'

/** `onLost` is called once, when this link will carry no more. */
type LinkAttempt = { onLost: () => void }

export function roadOf(search: string): Road {
  return new URLSearchParams(search).get('link') === 'port' ? 'port' : 'socket'
}

/** The address of the socket for a page at this address. */
export function socketUrlOf(href: string): string {
  const url = new URL('/rpc', href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/** Waits until a doubling pause is over: 0.25 s, 0.5 s … 5 s. */
export function pauseMsOf(failures: number): number {
  return Math.min(5000, 250 * 2 ** failures)
}

/** Opens the link that the page's address asks for. Rejects where it cannot be opened. */
export function openLink(attempt: LinkAttempt): Promise<Link> {
  return roadOf(window.location.search) === 'port' ? openPort(attempt) : openSocket(attempt)
}

/** Says that the page is ready, then waits for the one message that brings the port. */
function openPort({ onLost }: LinkAttempt): Promise<Link> {
  return new Promise(resolve => {
    const take = (event: MessageEvent) => {
      const [port] = event.ports
      if (event.source !== window || event.data !== 'plugboard:port' || port === undefined) return
      window.removeEventListener('message', take)
      port.addEventListener('close', onLost)
      const link = new PortLink({ port })
      port.start()
      resolve(link)
    }
    window.addEventListener('message', take)
    window.postMessage('plugboard:ready', window.location.origin)
  })
}

function openSocket({ onLost }: LinkAttempt): Promise<Link> {
  return new Promise((resolve, reject) => {
    const websocket = new WebSocket(socketUrlOf(window.location.href))
    const refuse = () => reject(new Error('The connection could not be opened'))
    websocket.addEventListener('close', refuse)
    websocket.addEventListener('open', () => {
      websocket.removeEventListener('close', refuse)
      websocket.addEventListener('close', onLost)
      resolve(new SocketLink({ websocket }))
    })
  })
}
