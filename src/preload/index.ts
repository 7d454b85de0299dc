import { ipcRenderer } from 'electron'

/**
 * Hands one MessagePort to the page, nothing else. The page says that it listens; main is asked for a port and decides by
 * the frame that asks; the port goes on to the page. Channel names: hosts/electron/port.ts.
 */
window.addEventListener('message', event => {
  if (event.source === window && event.origin === location.origin && event.data === 'plugboard:ready') {
    ipcRenderer.send('plugboard:ready')
  }
})

ipcRenderer.on('plugboard:port', event => {
  const [port] = event.ports
  if (port) window.postMessage('plugboard:port', location.origin, [port])
})
