import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

export function attemptMethods(methods: Methods, { listener: { sending } }: MethodDeps) {
  return {
    attempts: {
      list: methods.attempts.list.handler(({ input }) => sending.attempts(input.callbackId)),
      ended: methods.attempts.ended.handler(({ input }) => sending.ended(input.sinceMs, input.limit)),
      retry: methods.attempts.retry.handler(({ input, signal }) => sending.retry(input.id, signal))
    }
  }
}
