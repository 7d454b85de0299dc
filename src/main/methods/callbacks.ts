import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

export function callbackMethods(methods: Methods, deps: MethodDeps) {
  const { listener } = deps
  return {
    listener: {
      status: methods.listener.status.handler(() => listener.status()),
      start: methods.listener.start.handler(({ input }) => listener.start(input)),
      stop: methods.listener.stop.handler(() => listener.stop())
    },
    endpoints: {
      list: methods.endpoints.list.handler(() => listener.endpoints()),
      add: methods.endpoints.add.handler(({ input }) => listener.addEndpoint(input)),
      remove: methods.endpoints.remove.handler(({ input }) => {
        listener.removeEndpoint(input.id)
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
      simulate: methods.callbacks.simulate.handler(({ input }) => listener.simulate(input))
    }
  }
}
