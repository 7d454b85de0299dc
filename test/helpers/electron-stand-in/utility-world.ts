import { EventEmitter } from 'node:events'

/** What a program finds in Electron's utility process: a port to the app, and no IPC of Node. Loaded before the program. */
const send = process.send?.bind(process)
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown) => void send?.(structuredClone(message))
})
process.on('message', data => parentPort.emit('message', { data }))
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
Object.defineProperty(process, 'send', { value: undefined })
Object.defineProperty(process, 'parentPort', { value: parentPort, enumerable: true })
