import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

/** Backups for whoever cannot name a path, which no page can. What gives bytes gives none with secrets in them. */
export function backupMethods(methods: Methods, { backups }: MethodDeps) {
  const { handover } = backups
  return {
    backup: {
      save: methods.backup.save.handler(({ input }) => backups.save(input)),
      begin: methods.backup.begin.handler(({ input }) => handover.begin(input.passphrase)),
      read: methods.backup.read.handler(async ({ input }) => ({
        base64: (await handover.read(input.id, input.position)).toString('base64')
      })),
      put: methods.backup.put.handler(async ({ input }) => ({
        id: await handover.put(input.id, Buffer.from(input.base64, 'base64'))
      })),
      restore: methods.backup.restore.handler(({ input }) => handover.restore(input.id, input.passphrase))
    }
  }
}
