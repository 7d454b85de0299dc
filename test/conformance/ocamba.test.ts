import { ocamba } from '../../src/main/providers/ocamba/index.ts'
import { toSettings, toWire } from '../../src/main/providers/ocamba/map.ts'
import { wireIntegration } from '../../src/main/providers/ocamba/wire.ts'
import { switchesSchema } from '../../src/main/sandbox/ocamba/switches.ts'
import { sandboxCredentials } from '../../src/main/sandbox/ocamba/account.ts'
import documented from '../fixtures/ocamba/documented-integrations.json' with { type: 'json' }
import invented from '../fixtures/ocamba/invented-integrations.json' with { type: 'json' }
import type { Variant } from './subject.ts'
import { conforms } from './suite.ts'
import { coversSwitches } from './switches.ts'

const integrations = '/v1/hood/integrations'
const open = {
  provider: 'twilio_sms',
  name: 'Alerts',
  status: 'active',
  account_sid: `AC${'1'.repeat(32)}`,
  default_phone_number: '+14155552671'
}
const fresh = { ...open, auth_token: 'canary+first/token=1' }
const planned = { name: 'Alerts & more ü', default_phone_number: '+14155552672', auth_token: 'canary+second/token=2' }
const changed = { ...fresh, ...planned }
const { auth_token: _planned, ...plannedSeen } = planned
const seen = { effective_status: 'inactive', is_default: false }

const variants: Variant[] = [
  { name: 'a create is answered with a list of items', switches: { createAnswer: 'items' } },
  { name: 'a create is answered with a bare list', switches: { createAnswer: 'list' } },
  { name: 'a create is answered with nothing', switches: { createAnswer: 'empty' } },
  { name: 'one is answered as a list of items', switches: { getAnswer: 'items' } },
  { name: 'an update replaces the settings', switches: { settingsUpdate: 'replace' } },
  { name: 'the total is a string', switches: { total: 'string' } },
  { name: 'pages are smaller than asked for', switches: { pageSize: 2 } },
  { name: 'secrets are masked', switches: { secrets: 'mask' } },
  { name: 'secrets are left out', switches: { secrets: 'omit' } },
  { name: 'an integration shows the id of its provider only', switches: { showProvider: false } },
  { name: 'ids are numbers', switches: { idType: 'number' } },
  { name: 'phone numbers lose their plus', switches: { keepsPlus: false } },
  { name: 'errors say their title alone', switches: { errorMessage: false } },
  { name: 'done is 200 with an empty object', switches: { noContent: false } },
  { name: 'providers are called by name and type', switches: { providerNames: 'with-type' } },
  { name: 'providers are called by a title', switches: { providerNames: 'title' } }
]

conforms({
  provider: ocamba,
  kind: 'integration',
  credentials: { ...sandboxCredentials.fields, ...sandboxCredentials.secrets },
  secretField: 'apiKey',
  fresh,
  changed,
  planned,
  freshSeen: { ...open, ...seen },
  changedSeen: { ...open, ...plannedSeen, ...seen },
  secretSettings: ['auth_token'],
  signing: { secrets: { 'settings.pro-1.auth_token': fresh.auth_token } },
  absentId: '999999',
  requests: {
    list: `GET ${integrations}`,
    get: `GET ${integrations}/{id}`,
    create: `POST ${integrations}`,
    update: `PATCH ${integrations}/{id}`,
    remove: `DELETE ${integrations}/{id}`
  },
  pages: { pageSize: 50 },
  mute: ['update', 'remove'],
  refusal: { message: 'The "default_phone_number" is not valid.', field: 'default_phone_number', says: 'is not valid' },
  updateBody: {
    name: 'Alerts & more ü',
    settings: {
      account_sid: changed.account_sid,
      auth_token: changed.auth_token,
      default_phone_number: changed.default_phone_number
    }
  },
  seed: (simulator, number) =>
    simulator.control('POST', 'integrations', {
      name: `seed ${number} & more`,
      provider_id: '1001',
      settings: { sender_name: 'x' }
    }),
  wires: [...documented.items, ...invented],
  there: wire => toSettings(wireIntegration.parse(wire)),
  back: settings => {
    const { name, status, settings: own } = toWire(settings)
    return { name, status, ...(Object.keys(own).length > 0 && { settings: own }) }
  },
  variants
})

coversSwitches(switchesSchema, variants, {
  remove: 'test/unit/ocamba-api.test.ts',
  retryAfter: 'test/unit/ocamba-api.test.ts',
  paced: 'test/unit/ocamba-api.test.ts',
  testResult: 'test/unit/ocamba-api.test.ts'
})
