import { ServerResponse, type IncomingMessage } from 'node:http'
import { afterOwed, hangUp, type OpenAnswers } from './malformed.ts'

/**
 * Gives CONNECT a response like every other request has. Node hands over the bare connection instead, for a tunnel that the listener
 * never opens: what stands in its place is the last answer on the connection. out: undefined where the sender is gone.
 */
export async function responseTo(
  request: IncomingMessage,
  answers: OpenAnswers,
  lingerMs: number
): Promise<ServerResponse | undefined> {
  const { socket } = request
  socket.on('error', () => socket.destroy())
  await afterOwed(socket, answers)
  if (!socket.writable) {
    socket.destroy()
    return undefined
  }
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.once('finish', () => {
    response.detachSocket(socket)
    // Whatever came behind it was meant for the tunnel.
    socket.resume()
    hangUp(socket, lingerMs)
  })
  return response
}
