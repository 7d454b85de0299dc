import type { AppEvent } from '#shared/model/app.ts'

/** Tells whoever shows something that it changed. The centre has no idea who listens. */
export type Bus = {
  tell(topic: AppEvent['topic']): void
  listen(listener: (event: AppEvent) => void): () => void
}

export function createBus(now: () => number): Bus {
  const listeners = new Set<(event: AppEvent) => void>()
  return {
    tell(topic) {
      for (const listener of listeners) listener({ topic, atMs: now() })
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}
