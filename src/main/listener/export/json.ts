import type { Exportable } from './request.ts'

/** All that is known of the callbacks, as `callbacks.get` gives it. */
export function jsonOf(callbacks: Exportable[], isRedacted: boolean): string {
  return `${JSON.stringify({ plugboard: 1, redacted: isRedacted, callbacks }, null, 2)}\n`
}
