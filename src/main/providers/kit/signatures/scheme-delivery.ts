import type { RetrySchedule } from '../../contract.ts'
import type { KeyedScheme } from './schemes.ts'

const seconds = 1_000
const minutes = 60 * seconds
const hours = 60 * minutes

/** Who signs by a scheme, and how such a sender repeats. Source: providers/webhook-signatures.md §5 and opentact.md §9, 2026-11. */
export const schemeDelivery: Record<KeyedScheme, { who: string; retries: RetrySchedule | undefined }> = {
  'standard-webhooks': {
    who: 'a sender of Standard Webhooks',
    retries: {
      afterMs: [5 * seconds, 5 * minutes, 30 * minutes, ...[2, 5, 10, 14, 20, 24].map(each => each * hours)],
      source: 'the specification of Standard Webhooks recommends these waits; a sender may have others',
      certainty: 'documented'
    }
  },
  telnyx: {
    who: 'Telnyx',
    retries: {
      afterMs: [2 * seconds, 2 * seconds],
      source:
        'Telnyx documents up to 3 tries for each address and a limit of 2 s for the answer, and no waits between them',
      certainty: 'assumed'
    }
  }
}
