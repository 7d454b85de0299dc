import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

/** What people do with callbacks: notes, comparison, files, waiting. */
export function callbackLabMethods(methods: Methods, { listener: { laboratory }, app }: MethodDeps) {
  const { callbacks } = methods
  return {
    note: callbacks.note.handler(({ input }) => laboratory.note(input)),
    diff: callbacks.diff.handler(({ input }) => laboratory.diff(input.from, input.to)),
    export: callbacks.export.handler(({ input }) => laboratory.export({ ...input, version: app.version })),
    import: callbacks.import.handler(async ({ input }) => ({ ids: await laboratory.importHar(input) })),
    wait: callbacks.wait.handler(({ input, signal }) => laboratory.wait(input, signal))
  }
}
