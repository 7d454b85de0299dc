import type { CallbackSummary } from '#shared/model/callback.ts'
import { toCross, type News } from './thread-talk.ts'

const atMostEveryMs = 50
const mostRows = 500

/** What the engine's thread has to tell, in bundles. */
export type NewsBundle = {
  row: (summary: CallbackSummary) => void
  /** Something beside the rows changed that whoever shows callbacks shows as well. */
  changed: () => void
  unknown: () => void
  /** undefined: it went well. */
  commit: (error: unknown) => void
  /** The last bundle was taken in. */
  heard(): void
  /** Posts what there is, however busy the other side is. */
  flush(): void
}

/**
 * Bundles news for the core's thread: at once while it is quiet; under a flood at most one bundle in 50 ms, and none before the last
 * one was taken in, so that what waits there stays small. Rows are told only while somebody watches.
 */
export function createNews(post: (news: News) => void, isWatched: () => boolean): NewsBundle {
  let news = nothing()
  let isNews = false
  let isHeard = true
  let timer: NodeJS.Timeout | undefined

  function flush(): void {
    if (!isNews) return
    const bundle = news
    news = nothing()
    isNews = false
    isHeard = false
    timer ??= setTimeout(due, atMostEveryMs).unref()
    post(bundle)
  }

  function due(): void {
    timer = undefined
    if (isHeard) flush()
  }

  function note(): void {
    isNews = true
    if (isHeard && timer === undefined) flush()
  }

  return {
    row(summary) {
      news.changed = true
      if (isWatched()) addRow(news, summary)
      note()
    },
    changed() {
      news.changed = true
      note()
    },
    unknown() {
      news.unknown += 1
      note()
    },
    commit(error) {
      // That it went well is news where it did not before; else it comes with the rows.
      const went = error === undefined ? 'well' : toCross(error)
      news.commit = went
      isNews = true
      if (went !== 'well') note()
    },
    heard() {
      isHeard = true
      if (timer === undefined) flush()
    },
    flush
  }
}

function nothing(): News {
  return { rows: [], missedFrom: null, changed: false, unknown: 0, commit: undefined }
}

function addRow(news: News, summary: CallbackSummary): void {
  if (news.missedFrom !== null) news.missedFrom = Math.min(news.missedFrom, summary.id)
  else if (news.rows.length < mostRows) news.rows.push(summary)
  else {
    news.missedFrom = news.rows.reduce((lowest, each) => Math.min(lowest, each.id), summary.id)
    news.rows = []
  }
}
