import { useVirtualizer } from '@tanstack/react-virtual'
import type { RefObject } from 'react'

type Options = { count: number; rowPx: number; scroller: RefObject<HTMLElement | null> }

/** Which rows of a long table to draw, and how much room the others take above and below. */
export function useVirtualRows({ count, rowPx, scroller }: Options) {
  // What it returns is used here and handed to nothing that memoizes.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 12
  })
  const items = virtualizer.getVirtualItems()
  const [first] = items
  const last = items.at(-1)
  return {
    indexes: items.map(item => item.index),
    abovePx: first?.start ?? 0,
    belowPx: last ? virtualizer.getTotalSize() - last.end : 0
  }
}
