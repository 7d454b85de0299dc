// Ocamba Hood: it has no callbacks of its own that are known; the numbers behind its Twilio integrations have Twilio's.
// Source: providers/ocamba.md and webhook-signatures.md §1–3, 2026-11.
// Not tested against the live service: whether Ocamba points the webhooks of such a number at itself.

import { twilioSampleCards } from '../kit/twilio-samples.ts'
import { twilioDialect } from '../kit/twilio.ts'

export const sampleCards = twilioSampleCards

/** Signed with the Auth Token of one of the account's Twilio integrations. */
export const ocambaCallbacks = twilioDialect({ secretNames: ['auth_token'] })
