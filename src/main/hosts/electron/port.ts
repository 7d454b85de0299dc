import { ipcMain, MessageChannelMain, type IpcMainEvent, type MessagePortMain } from 'electron'
import { RPCHandler } from '@orpc/server/message-port'
import { readFrame } from '../../base/call-frame.ts'
import { logIncident, type Log } from '../../base/log.ts'
import type { Core } from '../../core.ts'
import type { Page } from './page.ts'

/** The two messages between main and preload; the page uses the same words with preload. */
const channels = { ready: 'plugboard:ready', port: 'plugboard:port' }

/**
 * Gives a port that serves the contract to our page whenever it asks, and to no other frame. out: closes them all.
 * A port closes by itself when its page is gone.
 */
export function servePorts(router: Core['router'], page: Page, log: Log): () => void {
  const handler = new RPCHandler(router)
  const open = new Set<MessagePortMain>()

  function give(event: IpcMainEvent): void {
    const frame = event.senderFrame
    if (frame === null || frame.parent !== null || !page.isAt(frame.url)) {
      log.warn({ url: frame?.url }, 'a frame that is not ours asked for a port')
      return
    }
    const { port1, port2 } = new MessageChannelMain()
    handler.upgrade(onlyCalls(port1, log))
    port1.start()
    open.add(port1)
    port1.once('close', () => open.delete(port1))
    frame.postMessage(channels.port, null, [port2])
  }

  ipcMain.on(channels.ready, give)
  return () => {
    ipcMain.off(channels.ready, give)
    for (const port of open) port.close()
  }
}

/** The port as the calls' handler sees it: a message that is no call ends the port and is a line in the log. */
function onlyCalls(port: MessagePortMain, log: Log) {
  return {
    postMessage: (data: unknown) => port.postMessage(data),
    on(event: string, listener: (event?: { data: unknown }) => void) {
      if (event === 'close') port.on('close', () => listener())
      if (event !== 'message') return
      port.on('message', ({ data }) => {
        const frame = readFrame(data)
        if (frame !== undefined) return listener({ data: frame })
        logIncident(log, new Error('a message that is no call'), 'port')
        port.close()
      })
    }
  }
}
