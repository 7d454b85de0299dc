import * as z from 'zod'
import { readControl, type Control } from '../kit/control.ts'
import { post } from '../kit/deliveries.ts'
import { twilioEventSchema, twilioNotice } from '../kit/twilio.ts'
import { sandboxAccount, secretNames } from './account.ts'
import { changeIntegration, findIntegration, makeIntegration } from './integrations.ts'
import { digestOf } from './state.ts'
import type { OcambaState, SecretMemory } from './state.ts'
import type { Switches } from './switches.ts'

type OcambaControl = Control<OcambaState, Switches>

const settings = z.record(z.string(), z.string())
const status = z.enum(['active', 'inactive'])

const newSchema = z.strictObject({ name: z.string(), provider_id: z.string(), settings, status: status.optional() })

const editSchema = z.strictObject({
  id: z.string(),
  name: z.string().optional(),
  status: status.optional(),
  settings: settings.optional(),
  effective_status: z.string().optional()
})

const removeSchema = z.strictObject({ id: z.string() })

/** What can be done to the simulated Ocamba beside what every simulator has. Edits count as somebody else's. */
export function ocambaControls(memory: SecretMemory): Record<string, OcambaControl> {
  return {
    'POST integrations': (request, { kept, switches, clock }) => {
      const body = readControl(newSchema, request)
      const made = makeIntegration(kept.current, body, { switches, memory, nowMs: clock.now() })
      kept.save()
      return { id: made.id }
    },
    'PATCH integrations': (request, { kept, switches, clock }) => {
      const { id, effective_status, ...body } = readControl(editSchema, request)
      const one = findIntegration(kept.current, id)
      if (effective_status !== undefined) one.effective_status = effective_status
      if (Object.keys(body).length > 0) changeIntegration(one, body, { switches, memory, nowMs: clock.now() })
      kept.save()
      return { id }
    },
    'DELETE integrations': (request, { kept }) => {
      const { id } = readControl(removeSchema, request)
      kept.current.integrations = kept.current.integrations.filter(one => one.id !== id)
      kept.save()
      return { id }
    },
    'POST tokens/expire': (_request, { kept }) => {
      const expired = kept.current.keys.length
      kept.current.keys = []
      kept.save()
      return { expired }
    },
    'POST tokens/restore': (_request, { kept }) => {
      kept.current.keys = [digestOf(sandboxAccount.apiKey)]
      kept.save()
      return { restored: 1 }
    },
    /** Twilio posts, in the name of an integration's number: of the one with this id, else of the first. */
    'POST events': async (request, { kept, switches, clock }) => {
      const { id, ...event } = readControl(twilioEventSchema.extend({ id: z.string().optional() }), request)
      const found = kept.current.integrations.find(one => one.provider_id === '1000' && (id ?? one.id) === one.id)
      const token = memory.get(found?.settings['auth_token'] ?? '') ?? sandboxAccount.twilioToken
      return { deliveries: await post(twilioNotice(event, token), switches, clock) }
    }
  }
}

/** `values`: the integrations by id, without their secrets. */
export function showOcamba({ integrations, tests }: OcambaState): Record<string, unknown> {
  const values = Object.fromEntries(
    integrations.map(({ id, name, status: own, settings: all }) => {
      const open = Object.entries(all).filter(([setting]) => !secretNames.includes(setting))
      return [id, { name, status: own, ...Object.fromEntries(open) }]
    })
  )
  return { values, counters: { tests } }
}
