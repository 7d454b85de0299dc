import { readFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'

const place = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(200).max(20_000),
  height: z.int().min(200).max(20_000),
  isMaximized: z.boolean()
})

/** Where a window was, in the system's own points. */
export type WindowPlace = z.infer<typeof place>

/** out: where the window was last; undefined at the first start, and for a file that says nothing usable. */
export function readWindowPlace(file: string): WindowPlace | undefined {
  try {
    return place.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data
  } catch {
    return undefined
  }
}

/** Keeps it for the next start. A folder that cannot be written costs the place, nothing else. out: whether it is kept. */
export function writeWindowPlace(file: string, at: WindowPlace): boolean {
  try {
    writeFileSync(file, JSON.stringify(at), { mode: 0o600 })
    return true
  } catch {
    return false
  }
}

/** Whether enough of the window lies on the screen's area to be taken by its title bar. */
export function isReachable(at: WindowPlace, area: { x: number; y: number; width: number; height: number }): boolean {
  const across = Math.min(at.x + at.width, area.x + area.width) - Math.max(at.x, area.x)
  return across >= 100 && at.y >= area.y && at.y <= area.y + area.height - 50
}
