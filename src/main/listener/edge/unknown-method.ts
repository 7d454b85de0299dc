import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import type { OpenAnswers, ParseError } from './malformed.ts'

/** Requests with methods that Node's parser does not know. One for each server. */
export type UnknownMethods = {
  /**
   * Takes over a connection on which such a request begins. out: what goes on in its place, to be given to the server as a
   * connection; undefined where something else is wrong.
   */
  retake(problem: ParseError, socket: Duplex, answers: OpenAnswers): Duplex | undefined
  /** Whether it is one that `retake` made. */
  isRetaken(socket: Duplex): boolean
  /** Gives the request its own method back; its answer is the last one of the connection. out: whether it is such a one. */
  restore(request: IncomingMessage): boolean
}

/** A method and the blank behind it. */
const methodAt = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}) /
/** What the parser is given instead: a method with no rules of its own. */
const standIn = Buffer.from('POST')

/**
 * The parser has a list of methods and no way to add to it, but a callback may have any. Where it stumbles over one, the
 * connection goes on with a parser of its own that reads a method which it knows. What has no whole method in its first
 * packet stays malformed.
 */
export function createUnknownMethods(): UnknownMethods {
  const retakenOnes = new WeakSet<Duplex>()
  const methods = new WeakMap<Duplex, string>()
  return {
    retake(problem, socket, answers) {
      const { code, rawPacket, bytesParsed = 0 } = problem
      if (code !== 'HPE_INVALID_METHOD' || !rawPacket || !(socket instanceof Socket)) return undefined
      // Its first letters may have come before, and another request in the same packet has to be answered before.
      const isWhole = socket.bytesRead - rawPacket.length === answers.bytesBefore(socket)
      if (!isWhole || answers.on(socket).length > 0 || !socket.writable) return undefined
      const method = methodAt.exec(rawPacket.toString('latin1', 0, 41))?.[1]
      if (method === undefined || bytesParsed > method.length) return undefined
      const retaken = standInFor(socket, Buffer.concat([standIn, rawPacket.subarray(method.length)]))
      retakenOnes.add(retaken)
      methods.set(retaken, method)
      return retaken
    },
    isRetaken: socket => retakenOnes.has(socket),
    restore(request) {
      const method = methods.get(request.socket)
      if (method === undefined) return false
      methods.delete(request.socket)
      request.method = method
      return true
    }
  }
}

/** Reads and writes the socket, beginning with these bytes, and looks like it as far as the listener looks. */
function standInFor(socket: Socket, first: Buffer): Duplex {
  const through = new Duplex({
    allowHalfOpen: true,
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    final: done => void socket.end(done),
    destroy(_error, done) {
      socket.destroy()
      done(null)
    }
  })
  // The first parser must hear no more of it. To listen for `data` also ends its reading past these events.
  socket.removeAllListeners('data').removeAllListeners('end')
  socket.on('data', (chunk: Buffer) => {
    if (!through.push(chunk)) socket.pause()
  })
  socket.on('end', () => through.push(null)).on('close', () => through.destroy())
  socket.setTimeout(0)
  const { remoteAddress, remotePort, localPort } = socket
  const carrier: unknown = socket instanceof TLSSocket ? Reflect.get(socket, '_parent') : socket
  through.push(first)
  return Object.assign(through, {
    remoteAddress,
    remotePort,
    localPort,
    destroySoon() {
      // Only once all that was written here is written there.
      if (through.writableFinished) socket.destroySoon()
      else through.once('finish', () => socket.destroySoon()).end()
    },
    resetAndDestroy: () => (carrier instanceof Socket ? carrier : socket).resetAndDestroy()
  })
}
