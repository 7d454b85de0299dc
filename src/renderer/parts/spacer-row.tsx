/** Takes the room of the rows that are not drawn. */
export function SpacerRow({ px }: { px: number }) {
  if (px === 0) return null
  return <tr data-spacer aria-hidden style={{ height: px }} />
}
