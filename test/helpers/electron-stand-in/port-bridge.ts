import type { CDPSession } from 'playwright-core'
import { ipcMain } from './ipc-main.ts'
import { journal } from './journal.ts'
import type { MessagePortMain } from './message-channel.ts'
import { decode, encode, preloadSource, type Encoded } from './preload-world.ts'

const world = 'preload'

type Told = { kind: 'ipc'; channel: string; args: unknown[] } | { kind: 'port'; id: number; data: Encoded }

/** Connects main with the preload's world of one page. `sender`: the web contents; `url`: where the page is. */
export async function bridgePorts(options: {
  devtools: CDPSession
  bundle: string
  sender: unknown
  url: () => string
}): Promise<void> {
  const { devtools, bundle, sender, url } = options
  const handed = new Map<number, MessagePortMain>()
  let contextId = 0
  let lastId = 0

  function run(expression: string): void {
    // A page that went away meanwhile takes no messages any more.
    devtools.send('Runtime.evaluate', { expression, contextId }).catch(() => undefined)
  }
  function leave(): void {
    for (const port of handed.values()) port.peer?.end()
    handed.clear()
  }
  function postMessage(channel: string, message: unknown, transfer: MessagePortMain[] = []): void {
    const ids = transfer.map(port => {
      lastId += 1
      const id = lastId
      handed.set(id, port)
      port.outlet = {
        post: data => run(`standIn.post(${id}, ${JSON.stringify(encode(data))})`),
        close: () => run(`standIn.close(${id})`)
      }
      return id
    })
    run(`standIn.deliver(${JSON.stringify(channel)}, ${JSON.stringify(message)}, ${JSON.stringify(ids)})`)
  }
  function hear(told: Told): void {
    if (told.kind === 'port') {
      const data = decode(told.data)
      noteCall(data)
      handed.get(told.id)?.peer?.receive(data)
    } else ipcMain.emit(told.channel, { sender, senderFrame: { url: url(), parent: null, postMessage } }, ...told.args)
  }

  devtools.on('Runtime.executionContextCreated', ({ context }) => {
    if (context.name !== world) return
    leave()
    contextId = context.id
  })
  devtools.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
    if (name === 'standInTell' && executionContextId === contextId) hear(JSON.parse(payload) as Told)
  })
  await devtools.send('Page.enable')
  await devtools.send('Runtime.enable')
  await devtools.send('Runtime.addBinding', { name: 'standInTell', executionContextName: world })
  await devtools.send('Page.addScriptToEvaluateOnNewDocument', { source: preloadSource(bundle), worldName: world })
}

/** oRPC's wire form of a call: `{"i":"1","p":{"u":"/noun/verb",…}}`. */
function noteCall(data: string | Uint8Array): void {
  if (typeof data !== 'string') return
  const { p } = JSON.parse(data) as { p?: { u?: string } }
  if (p?.u !== undefined) journal.calls.push(p.u)
}
