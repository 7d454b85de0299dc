// JFramework: it is not known to send any callback of its own. Its messages go out through accounts at other services.
// Source: JFramework's developer pages and its own SDK jfw-js 6.9.3, as summed up in providers/jframework.md, 2026-11; none of them names one.
// What the Twilio account behind an integration sends is decoded and verified, with the password of that integration.

import { twilioSampleCards } from '../kit/twilio-samples.ts'
import { twilioDialect } from '../kit/twilio.ts'

export const sampleCards = twilioSampleCards

export const jframeworkCallbacks = twilioDialect({ secretNames: ['password'] })
