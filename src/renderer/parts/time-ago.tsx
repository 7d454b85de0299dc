import { useNow } from './use-now.ts'
import { agoText, fullTime } from './times.ts'

/** How long ago, kept current, with the exact time as its title. */
export function TimeAgo({ atMs }: { atMs: number }) {
  const nowMs = useNow(10_000)
  return (
    <time dateTime={new Date(atMs).toISOString()} title={fullTime(atMs)}>
      {agoText(atMs, nowMs)}
    </time>
  )
}
