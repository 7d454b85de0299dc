import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from './app.ts'
import { commands } from './commands.ts'

/**
 * Runs the built main bundle with the stand-in for `electron`, in a process of its own. The test drives it over the IPC
 * channel: `{ id, name, args }` is answered with `{ id, value }` or `{ id, error }`.
 */
const standIn = pathToFileURL(join(import.meta.dirname, 'electron.ts')).href
registerHooks({
  resolve(specifier, context, next) {
    return specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context)
  }
})

process.on('message', ({ id, name, args }: { id: number; name: string; args: never[] }) => {
  void Promise.resolve()
    .then(() => {
      const command = commands[name]
      if (command === undefined) throw new Error(`there is no command ${name}`)
      return command(...args)
    })
    .then(
      value => process.send?.({ id, value }),
      (error: unknown) => process.send?.({ id, error: String(error) })
    )
})
process.on('disconnect', () => app.exit(0))

// Until Electron is ready the shell may be told another system; what it loads afterwards is this one's.
const platform = process.platform
Object.defineProperty(process, 'platform', { value: process.env['STAND_IN_PLATFORM'] ?? platform })
await import(pathToFileURL(process.env['STAND_IN_MAIN'] ?? '').href)
Object.defineProperty(process, 'platform', { value: platform })
app.becomeReady()
