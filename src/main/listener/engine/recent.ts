import type { CallbackStore, NewCallback } from '../../store/store.ts'

const mostRows = 2_000
const mostBytes = 8 * 1024 * 1024

/** Callbacks that were just stored, so that the look need not read them again. Few: what does not fit is read from the store. */
export type Recent = {
  note(id: number, callback: NewCallback): void
  /** What is stored of it has changed. */
  forget(id: number): void
  /** The row, once; from the store where it is not among these. */
  raw: CallbackStore['raw']
}

export function createRecent(callbacks: Pick<CallbackStore, 'raw'>): Recent {
  const rows = new Map<number, NewCallback>()
  let bytes = 0

  function forget(id: number): NewCallback | undefined {
    const callback = rows.get(id)
    if (callback && rows.delete(id)) bytes -= callback.body.byteLength
    return callback
  }

  return {
    forget,
    note(id, callback) {
      if (rows.size >= mostRows || bytes + callback.body.byteLength > mostBytes) return
      rows.set(id, callback)
      bytes += callback.body.byteLength
    },
    raw(id) {
      const callback = forget(id)
      return callback ? { id, ...callback } : callbacks.raw(id)
    }
  }
}
