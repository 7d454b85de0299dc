import * as z from 'zod'
import { readControl, type Control, type ControlContext } from '../kit/control.ts'
import { post } from '../kit/deliveries.ts'
import { twilioEventSchema, twilioNotice } from '../kit/twilio.ts'
import type { SandboxRequest } from '../server.ts'
import { services } from './account.ts'
import type { IntegrationBody } from './bodies.ts'
import { endOtherDefaults, passwordOf, place, type Passwords, type Store } from './integrations.ts'
import { digestOf, type Integration, type JframeworkState } from './state.ts'
import type { Switches } from './switches.ts'

type Context = ControlContext<JframeworkState, Switches>

const changes = z.strictObject({
  name: z.string().min(1).optional(),
  username: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  phoneNumber: z.string().min(1).optional(),
  description: z.string().nullable().optional(),
  status: z.enum(['Active', 'Inactive']).optional(),
  isDefault: z.boolean().optional()
})
const newSchema = changes.extend({ name: z.string().min(1), serviceId: z.string().optional() })
const byId = z.strictObject({ id: z.string() })
const editSchema = changes.extend({ id: z.string() })

/** What can be done to the simulated JFramework beside what every simulator has. */
export function jframeworkControls(passwords: Passwords): Record<string, Control<JframeworkState, Switches>> {
  return {
    'POST integrations': (request, context) => add(request, context, passwords),
    'PATCH integrations': (request, context) => edit(request, context, passwords),
    'DELETE integrations': remove,
    'POST events': (request, context) => sendEvent(request, context, passwords),
    'POST tokens/expire': (_request, { kept }) => {
      const expired = kept.current.keys.length + 1
      kept.current.keys = []
      kept.current.isFirstKeyValid = false
      kept.save()
      return { expired }
    },
    'POST tokens/restore': (_request, { kept }) => {
      kept.current.isFirstKeyValid = true
      kept.save()
      return { restored: 1 }
    }
  }
}

/** Without the passwords: their digests tell whether one arrived. */
export function showJframework({ integrations, testMessages, keys }: JframeworkState): Record<string, unknown> {
  const values = Object.fromEntries(integrations.map(one => [one.id, one]))
  return { integrations, values, testMessages, counters: { keys: keys.length } }
}

/** Somebody else makes an integration at the provider: it is not counted as the client's. */
function add(request: SandboxRequest, { kept, switches, clock }: Context, passwords: Passwords) {
  const { serviceId, ...given } = readControl(newSchema, request)
  const fields: IntegrationBody = {
    appIntegrationId: serviceId ?? services[0]?.id ?? '',
    username: 'AC00000000000000000000000000000009',
    password: 'sandbox-somebody-else',
    phoneNumber: '+12025550179',
    ...given
  }
  const store: Store = { state: kept.current, passwords, switches, nowMs: clock.now() }
  const { id } = place(store, fields)
  kept.save()
  return { id }
}

function edit(request: SandboxRequest, { kept, switches }: Context, passwords: Passwords) {
  const { id, password, ...given } = readControl(editSchema, request)
  const found = kept.current.integrations.find(one => one.id === id)
  if (!found) return { found: false }
  const open: Partial<Integration> = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined)
  )
  if (open.isDefault) endOtherDefaults(kept.current, switches)
  Object.assign(found, open)
  if (password !== undefined) {
    found.passwordDigest = digestOf(password)
    passwords.set(id, password)
  }
  kept.save()
  return { found: true }
}

/** Twilio posts, signed with the password of the integration with this id, else of the first. */
async function sendEvent(request: SandboxRequest, { kept, switches, clock }: Context, passwords: Passwords) {
  const { id, ...event } = readControl(twilioEventSchema.extend({ id: z.string().optional() }), request)
  const found = kept.current.integrations.find(one => (id ?? one.id) === one.id)
  const token = found && passwordOf({ passwords }, found)
  const known: typeof event = token === undefined ? { ...event, signature: 'none' } : event
  return { deliveries: await post(twilioNotice(known, token ?? ''), switches, clock) }
}

function remove(request: SandboxRequest, { kept }: Context) {
  const { id } = readControl(byId, request)
  kept.current.integrations = kept.current.integrations.filter(one => one.id !== id)
  kept.save()
  return { left: kept.current.integrations.length }
}
