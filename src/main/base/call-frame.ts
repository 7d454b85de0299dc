import * as z from 'zod'

/**
 * What our page sends over a port or a socket, in oRPC's words: `i` the call's id, `t` absent for a call and 4 for giving
 * one up, `p.u` the method's path, `p.b` its input, `p.h` headers, of which only the one that resumes a stream is used.
 */
const call = z.object({
  i: z.string().max(64),
  t: z.literal(1).optional(),
  p: z.object({
    u: z.string().regex(/^(\/[A-Za-z]+){1,4}$/),
    b: z.unknown().optional(),
    h: z.object({ 'last-event-id': z.string().max(256).optional() }).optional()
  })
})
const abort = z.object({ i: z.string().max(64), t: z.literal(4) })
const frame = z.union([call, abort])

/**
 * Reads one message of the page before oRPC does: what oRPC cannot read it prints with a stack, or throws where nobody
 * catches it. out: the message with nothing in it but what is known, or undefined for one that is no call.
 */
export function readFrame(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const parsed = frame.safeParse(parseJson(text))
  return parsed.success ? JSON.stringify(parsed.data) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
