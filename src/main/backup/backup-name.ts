/** `plugboard-2026-03-01T09-30-00Z.backup`; of several in one second the second is `…Z-2.backup`. */
export function backupName(nowMs: number, nth = 1): string {
  const when = new Date(nowMs).toISOString().replace(/\.\d+/, '').replaceAll(':', '-')
  return `plugboard-${when}${nth === 1 ? '' : `-${nth}`}.backup`
}
