import { Fault } from '#shared/faults.ts'
import { backupName } from '../backup/backup-name.ts'
import type { FileDialogs, FileKind } from '../base/desktop.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

const kind: FileKind = { name: 'Plugboard backup', ending: 'backup' }

/** Backups for whoever cannot name a path, which no page can: the system's dialog names it. What gives bytes gives none with secrets in them. */
export function backupMethods(methods: Methods, { backups, clock, desktop }: MethodDeps) {
  const { handover } = backups
  return {
    backup: {
      save: methods.backup.save.handler(({ input }) => backups.save(input)),
      saveAs: methods.backup.saveAs.handler(async ({ input, signal }) => {
        const fileName = backupName(clock.now())
        const place = await dialogsOf(desktop).save({ title: 'Save the backup', fileName, kind })
        // A page that is gone by then has nobody who waits for it.
        if (place === undefined || signal?.aborted) return null
        const { file: _, ...about } = await backups.create({ ...input, ...place })
        return about
      }),
      begin: methods.backup.begin.handler(({ input }) => handover.begin(input.passphrase)),
      read: methods.backup.read.handler(async ({ input }) => ({
        base64: (await handover.read(input.id, input.position)).toString('base64')
      })),
      put: methods.backup.put.handler(async ({ input }) => ({
        id: await handover.put(input.id, Buffer.from(input.base64, 'base64'))
      })),
      choose: methods.backup.choose.handler(async () => {
        const file = await dialogsOf(desktop).open({ title: 'Choose a backup', kind })
        return file === undefined ? null : handover.choose(file)
      }),
      restore: methods.backup.restore.handler(({ input }) => handover.restore(input.id, input.passphrase))
    }
  }
}

function dialogsOf(desktop: MethodDeps['desktop']): FileDialogs {
  if (desktop) return desktop.dialogs
  throw new Fault('unsupported', {
    message: 'Plugboard has no dialogs of the system here',
    advice: 'Download the backup, or upload the one that is to be restored.'
  })
}
