/** `plugboard-2026-03-01T09-30-00Z.backup` */
export function backupName(nowMs: number): string {
  const when = new Date(nowMs).toISOString().replace(/\.\d+/, '').replaceAll(':', '-')
  return `plugboard-${when}.backup`
}
