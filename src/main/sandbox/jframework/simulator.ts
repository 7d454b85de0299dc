import type { Clock } from '../../base/clock.ts'
import { createSimulator } from '../kit/simulator.ts'
import type { Simulator } from '../kit/simulator.ts'
import { answerApi, refuse, routeName } from './api.ts'
import { jframeworkControls, showJframework } from './control.ts'
import type { Passwords } from './integrations.ts'
import { seedState, stateSchema } from './state.ts'
import { switchesSchema } from './switches.ts'

/** JFramework's protocol API with one brand. in: no stateFile: in memory alone. Passwords are never in the file. */
export function createJframeworkSimulator(options: { stateFile?: string; clock: Clock }): Simulator {
  const passwords: Passwords = new Map()
  return createSimulator(
    {
      state: stateSchema,
      seed: seedState,
      switches: switchesSchema,
      routeName,
      show: showJframework,
      controls: jframeworkControls(passwords),
      refuse,
      answer: (request, { kept, switches, clock }) =>
        answerApi(request, { kept, passwords, switches, nowMs: clock.now() })
    },
    options
  )
}
