/**
 * The preload bundle as a sandboxed renderer runs it: in a world of its own, with a `require` that knows `electron` and of
 * it `ipcRenderer` only. Returned as the source that Chromium evaluates in that world at the start of each document.
 */
export function preloadSource(bundle: string): string {
  return `(() => {
    const listeners = new Map()
    const ports = new Map()
    const tell = message => globalThis.standInTell(JSON.stringify(message))
    const ipcRenderer = {
      on(channel, listener) { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); return ipcRenderer },
      send(channel, ...args) { tell({ kind: 'ipc', channel, args }) }
    }
    const require = name => {
      if (name !== 'electron') throw new Error('module not found: ' + name)
      return { ipcRenderer }
    }
    const encode = async data => {
      if (typeof data === 'string') return { text: data }
      const bytes = new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data)
      return { bytes: btoa(String.fromCharCode(...bytes)) }
    }
    const decode = ({ text, bytes }) => text ?? Uint8Array.from(atob(bytes), character => character.charCodeAt(0))
    globalThis.standIn = {
      deliver(channel, message, portIds) {
        const given = portIds.map(id => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = async event => tell({ kind: 'port', id, data: await encode(event.data) })
          ports.set(id, port1)
          return port2
        })
        for (const listener of listeners.get(channel) ?? []) listener({ ports: given, senderId: 0 }, message)
      },
      post(id, data) { ports.get(id)?.postMessage(decode(data)) },
      close(id) { ports.get(id)?.close() }
    }
    const module = { exports: {} }
    new Function('require', 'module', 'exports', ${JSON.stringify(bundle)})(require, module, module.exports)
  })()`
}

/** A message as text can carry it. oRPC sends text and bytes; anything else would be a surprise. */
export type Encoded = { text: string } | { bytes: string }

export function encode(data: unknown): Encoded {
  if (typeof data === 'string') return { text: data }
  if (ArrayBuffer.isView(data)) {
    return { bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') }
  }
  if (data instanceof ArrayBuffer) return { bytes: Buffer.from(data).toString('base64') }
  throw new Error(`the stand-in carries text and bytes, not ${typeof data}`)
}

export function decode(data: Encoded): string | Uint8Array {
  return 'text' in data ? data.text : new Uint8Array(Buffer.from(data.bytes, 'base64'))
}
