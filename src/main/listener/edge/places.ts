import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { nameOfAccepted } from '../origins.ts'

/** The open connections of one edge, of which there may be so many. */
export type Places = {
  /** A connection was accepted. One too many ends the one that has been without a request for the longest. */
  taken(carrier: Socket): void
  /** TLS was agreed on within an accepted connection. */
  secured(socket: Socket): void
  /** A request came whole as far as its body; until its answer is out the connection keeps its place. */
  asked(response: ServerResponse): void
}

type Place = { carrier: Socket; requests: number }

/** Whoever sends a request never waits for those who only hold connections open. */
export function createPlaces(limit: number): Places {
  const byName = new Map<string, Place>()
  const bySocket = new WeakMap<Socket, Place>()
  /** Those without a request, the longest so first. */
  const silent = new Set<Place>()

  function leave(name: string, place: Place): void {
    silent.delete(place)
    if (byName.get(name) === place) byName.delete(name)
  }

  return {
    taken(carrier) {
      const place = { carrier, requests: 0 }
      const name = nameOfAccepted(carrier)
      byName.set(name, place)
      bySocket.set(carrier, place)
      silent.add(place)
      carrier.once('close', () => leave(name, place))
      if (byName.size <= limit) return
      const [longest = place] = silent
      leave(nameOfAccepted(longest.carrier), longest)
      longest.carrier.destroy()
    },
    secured(socket) {
      const place = byName.get(nameOfAccepted(socket))
      if (place) bySocket.set(socket, place)
    },
    asked(response) {
      const place = bySocket.get(response.req.socket)
      if (!place) return
      place.requests += 1
      silent.delete(place)
      response.once('close', () => {
        place.requests -= 1
        if (place.requests === 0 && !place.carrier.destroyed) silent.add(place)
      })
    }
  }
}
