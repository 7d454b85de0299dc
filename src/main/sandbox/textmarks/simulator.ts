import type { Clock } from '../../base/clock.ts'
import { createSimulator } from '../kit/simulator.ts'
import type { Simulator } from '../kit/simulator.ts'
import { answerApi, logKey, routeName } from './api.ts'
import { showTextMarks, textMarksControls } from './control.ts'
import { plannedFailure } from './envelope.ts'
import { seedState, stateSchema } from './state.ts'
import { switchesSchema } from './switches.ts'
import type { PrivateTokens } from './tokens.ts'

/** TextMarks' API V2 with one user and a few keywords. in: no stateFile: in memory alone. */
export function createTextMarksSimulator(options: { stateFile?: string; clock: Clock }): Simulator {
  const tokens: PrivateTokens = new Map()
  return createSimulator(
    {
      state: stateSchema,
      seed: seedState,
      switches: switchesSchema,
      routeName,
      logKey,
      show: showTextMarks,
      controls: textMarksControls(tokens),
      refuse: plannedFailure,
      answer: (request, { kept, switches }) => answerApi(request, { kept, switches, tokens })
    },
    options
  )
}
