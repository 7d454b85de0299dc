import type { Clock } from '../../base/clock.ts'
import { createSimulator } from '../kit/simulator.ts'
import type { Service, Simulator } from '../kit/simulator.ts'
import { answerApi, routeName } from './api.ts'
import { callEvent, startCall, tellAbout } from './calls.ts'
import { exotelControls, showExotel } from './control.ts'
import { failure, Refusal } from './envelope.ts'
import { seedState, stateSchema } from './state.ts'
import type { ExotelState } from './state.ts'
import { switchesSchema } from './switches.ts'
import type { Switches } from './switches.ts'

/** Exotel's classic integrations API with one customer and one app. in: no stateFile: in memory alone. */
export function createExotelSimulator(options: { stateFile?: string; clock: Clock }): Simulator {
  return createSimulator(service, options)
}

const service: Service<ExotelState, Switches> = {
  state: stateSchema,
  seed: seedState,
  switches: switchesSchema,
  routeName,
  show: showExotel,
  controls: exotelControls,
  refuse: ({ status, message }, switches, headers) => failure(new Refusal(status, message), switches, headers),
  logKey: ({ query }) => query.get('key') ?? query.get('Key'),
  answer(request, { kept, switches, clock }) {
    return answerApi(request, {
      kept,
      switches,
      nowMs: clock.now(),
      startCall(order) {
        const call = startCall(order, clock.now())
        // The settings of this moment count: a call in progress does not notice a later change.
        void tellAbout(call, { settings: structuredClone(kept.current.settings), switches, clock })
        return callEvent(call, 'active')
      }
    })
  }
}
