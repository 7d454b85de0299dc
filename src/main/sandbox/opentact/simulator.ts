import type { Clock } from '../../base/clock.ts'
import { createSimulator, type Service, type Simulator } from '../kit/simulator.ts'
import { answerApi, routeName } from './api.ts'
import { opentactControls, showOpentact } from './control.ts'
import { failure, plannedRefusal } from './envelope.ts'
import { tellAbout } from './messages.ts'
import { seedState, stateSchema, type OpentactState } from './state.ts'
import { switchesSchema, type Switches } from './switches.ts'

/** OpenTACT's REST API with one account. in: no stateFile: in memory alone. */
export function createOpentactSimulator(options: { stateFile?: string; clock: Clock }): Simulator {
  return createSimulator(service, options)
}

const service: Service<OpentactState, Switches> = {
  state: stateSchema,
  seed: seedState,
  switches: switchesSchema,
  routeName,
  show: showOpentact,
  controls: opentactControls,
  refuse: ({ status, message }, switches, headers) => failure(plannedRefusal(status, message), switches, headers),
  answer(request, { kept, switches, clock }) {
    return answerApi(request, {
      kept,
      switches,
      nowMs: clock.now(),
      tell: sms => void tellAbout(sms, switches, clock)
    })
  }
}
