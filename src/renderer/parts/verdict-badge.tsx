import {
  IconCircleCheck,
  IconCircleX,
  IconHelpCircle,
  IconHourglass,
  IconKeyOff,
  IconShieldOff
} from '@tabler/icons-react'
import type { Verdict } from '#shared/model/callback.ts'
import { Tone, type ToneMark } from './tone.tsx'

/** Each sign has a shape of its own: in a narrow list it stands without its word. */
const marks: Record<Verdict, ToneMark> = {
  valid: { tone: 'green', icon: IconCircleCheck, label: 'Valid' },
  invalid: { tone: 'red', icon: IconCircleX, label: 'Invalid' },
  missing: { tone: 'amber', icon: IconHelpCircle, label: 'Not signed' },
  'no-secret': { tone: 'amber', icon: IconKeyOff, label: 'No secret' },
  'not-offered': { tone: 'grey', icon: IconShieldOff, label: 'Not offered' }
}

const waiting: ToneMark = { tone: 'grey', icon: IconHourglass, label: 'Checking', about: 'It was stored and answered.' }

/** What signature checking says; `text` explains it. */
export function VerdictBadge({ verdict, text }: { verdict: Verdict | null; text?: string | null }) {
  return <Tone {...(verdict === null ? waiting : marks[verdict])} about={text ?? undefined} />
}
