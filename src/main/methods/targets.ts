import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

export function targetMethods(methods: Methods, { listener: { sending } }: MethodDeps) {
  return {
    targets: {
      list: methods.targets.list.handler(({ input }) => sending.targets(input.endpointId)),
      add: methods.targets.add.handler(({ input }) => sending.addTarget(input)),
      update: methods.targets.update.handler(({ input }) => sending.updateTarget(input)),
      remove: methods.targets.remove.handler(({ input }) => {
        sending.removeTarget(input.id)
        return { done: true }
      })
    }
  }
}
