import { callbackLabMethods } from './callbacks-lab.ts'
import type { MethodDeps } from './deps.ts'
import { addEndpoint, removeEndpoint, updateEndpoint } from './endpoints.ts'
import { httpsMethods } from './listener-https.ts'
import type { Methods } from './router.ts'

export function callbackMethods(methods: Methods, deps: MethodDeps) {
  const { listener } = deps
  return {
    listener: {
      status: methods.listener.status.handler(() => listener.status()),
      start: methods.listener.start.handler(({ input }) => listener.start(input)),
      stop: methods.listener.stop.handler(() => listener.stop()),
      settings: methods.listener.settings.handler(() => listener.settings()),
      configure: methods.listener.configure.handler(async ({ input }) => {
        const settings = listener.configure(input)
        await listener.https.check()
        return settings
      }),
      ...httpsMethods(methods, deps)
    },
    endpoints: {
      list: methods.endpoints.list.handler(() => listener.endpoints()),
      add: methods.endpoints.add.handler(({ input }) => addEndpoint(deps, input)),
      update: methods.endpoints.update.handler(({ input }) => updateEndpoint(deps, input)),
      remove: methods.endpoints.remove.handler(async ({ input }) => {
        await removeEndpoint(deps, input.id)
        return { done: true }
      })
    },
    callbacks: {
      list: methods.callbacks.list.handler(({ input }) => listener.list(input)),
      get: methods.callbacks.get.handler(({ input }) => listener.get(input.id)),
      watch: methods.callbacks.watch.handler(async function* ({ signal }) {
        yield* listener.watch(signal)
      }),
      clear: methods.callbacks.clear.handler(() => {
        listener.clear()
        return { done: true }
      }),
      replay: methods.callbacks.replay.handler(({ input, signal }) => listener.sending.replay(input, signal)),
      ...callbackLabMethods(methods, deps),
      simulate: methods.callbacks.simulate.handler(({ input, signal }) => listener.simulate(input, signal))
    }
  }
}
