import { notifications } from '@mantine/notifications'
import type { HistoryEntry } from '#shared/model/history.ts'
import { useAction } from '../state/action.ts'
import { undoOf } from '../state/history.ts'
import { useClient, useStores } from '../state/stores.ts'

/** Going back: to an entry, behind the last edit, or to a profile that is gone. Each is a new edit here; nothing is sent. */
export function useHistorySteps() {
  const client = useClient()
  const stores = useStores()
  const { busy, fault, perform } = useAction()

  const step = async (act: () => Promise<unknown>, message: string) => {
    const done = await perform(act)
    void stores.profiles.getState().reload()
    void stores.history.getState().reload()
    void stores.gone.getState().reload()
    if (done !== undefined) notifications.show({ message, color: 'enamel' })
  }

  return {
    busy,
    fault,
    goBack: ({ profileId, id: entryId, title }: Pick<HistoryEntry, 'profileId' | 'id' | 'title'>) =>
      step(() => client.history.rollback({ profileId, entryId }), `${title} is what it was then. A plan sends it.`),
    restore: (profileId: string, entryId: string, title: string) =>
      step(() => client.history.rollback({ profileId, entryId }), `${title} is here again. A plan creates it there.`),
    /** Looks first whether the entry is still the last one. */
    undo: ({ profileId, id, title }: HistoryEntry) =>
      step(async () => {
        const newest = await client.history.list({ profileId, limit: 2 })
        const undo = newest[0]?.id === id ? undoOf(newest) : undefined
        if (undo === 'drop') await client.profiles.delete({ id: profileId })
        else if (undo) await client.history.rollback({ profileId, entryId: undo.rollbackTo })
        return undo
      }, `The last edit of ${title} is undone.`)
  }
}
