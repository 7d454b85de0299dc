import { EventEmitter } from 'node:events'

/** Where a port's messages go once its other end was handed to a page. */
export type Outlet = { post(data: unknown): void; close(): void }

/** As Electron's: Node's events, queued until `start`, values copied as between processes. */
export class MessagePortMain extends EventEmitter {
  peer: MessagePortMain | undefined
  outlet: Outlet | undefined
  #waiting: unknown[] = []
  #isStarted = false
  #isClosed = false

  postMessage(data: unknown): void {
    if (this.#isClosed) return
    const copy: unknown = structuredClone(data)
    if (this.peer?.outlet) this.peer.outlet.post(copy)
    else this.peer?.receive(copy)
  }

  receive(data: unknown): void {
    if (this.#isStarted) this.emit('message', { data, ports: [] })
    else this.#waiting.push(data)
  }

  start(): void {
    this.#isStarted = true
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] })
  }

  close(): void {
    this.end()
    this.peer?.outlet?.close()
    this.peer?.end()
  }

  /** The other side is gone. */
  end(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.emit('close')
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain()
  readonly port2 = new MessagePortMain()
  constructor() {
    this.port1.peer = this.port2
    this.port2.peer = this.port1
  }
}
