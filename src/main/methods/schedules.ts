import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

export function scheduleMethods(methods: Methods, { schedules }: MethodDeps) {
  return {
    schedules: {
      list: methods.schedules.list.handler(() => schedules.list()),
      set: methods.schedules.set.handler(({ input }) => schedules.set(input))
    }
  }
}
