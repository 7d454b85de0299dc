import { expect } from 'vitest'
import type { Settings } from '#shared/model/field.ts'
import { switchesSchema } from '../../src/main/sandbox/jframework/switches.ts'
import { sandboxAccount, services } from '../../src/main/sandbox/jframework/account.ts'
import { jframework } from '../../src/main/providers/jframework/index.ts'
import { toSettings, toWire } from '../../src/main/providers/jframework/map.ts'
import { wireIntegration } from '../../src/main/providers/jframework/wire.ts'
import documented from '../fixtures/jframework/documented-update-answer.json' with { type: 'json' }
import invented from '../fixtures/jframework/invented-integrations.json' with { type: 'json' }
import type { Variant } from './subject.ts'
import { conforms } from './suite.ts'
import { coversSwitches } from './switches.ts'

const sms = '/api/v1/app-integrations/sms'
const twilio = services[0]?.id ?? ''

const fresh = {
  name: 'Welcome messages',
  appIntegrationId: twilio,
  username: 'AC00000000000000000000000000000003',
  password: 'canary/twilio+token=1',
  phoneNumber: '+12025550181',
  status: 'Inactive',
  isDefault: false
}
const changed = {
  ...fresh,
  name: 'Welcome, grüezi',
  password: 'canary/twilio+token=2',
  description: 'To new customers',
  status: 'Active'
}
const seen = (settings: Settings): Settings => ({
  ...Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'password')),
  appIntegrationName: 'Twilio',
  createdDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string
})

const variants: Variant[] = [
  { name: 'the end of a key is not told', switches: { expiresIn: 'unknown' } },
  { name: 'deleting answers 204', switches: { deleteAnswer: 204 } },
  { name: 'what is left out is kept', switches: { omitted: 'keep' } },
  { name: 'numbers are taken as status too', switches: { statusNumbers: true } },
  { name: 'passwords come back masked', switches: { password: 'masked' } },
  { name: 'several defaults are possible', switches: { exclusiveDefault: false } },
  { name: 'an invalid body answers as problem+json', switches: { errorForm: 'problem' } },
  { name: 'errors have details instead of a message', switches: { errorText: 'details' } },
  { name: 'null properties are left out', switches: { nullProperties: 'omitted' } },
  { name: 'there is no rate limit', switches: { requestsPerMinute: null } }
]

// Without a login the key is static; what the login adds is in test/unit/jframework-api.test.ts.
conforms({
  provider: jframework,
  kind: 'sms-integration',
  credentials: { brandUrl: sandboxAccount.brandUrl, authKey: sandboxAccount.authKey },
  secretField: 'authKey',
  secretSettings: ['password'],
  signing: { secrets: { 'settings.pro-1.password': fresh.password } },
  fresh,
  changed,
  freshSeen: seen(fresh),
  changedSeen: seen(changed),
  absentId: 'iNone0NoneNone0Non',
  requests: {
    list: `GET ${sms}`,
    get: `GET ${sms}/{id}`,
    create: `POST ${sms}`,
    update: `PUT ${sms}/{id}`,
    remove: `DELETE ${sms}/{id}`
  },
  refusal: { message: 'PhoneNumber is not valid.', field: 'phoneNumber', says: 'PhoneNumber is not valid.' },
  updateBody: { ...changed },
  seed: (simulator, number) => simulator.control('POST', 'integrations', { name: `Seed ${number} & more` }),
  wires: [documented.data, ...invented],
  there: wire => toSettings(wireIntegration.parse(wire)),
  back(settings) {
    // What is sent names the service by its id alone and needs the password; what is read embeds the service.
    const { appIntegrationId, name, username, phoneNumber, isDefault } = toWire(settings)
    return { appIntegration: { id: appIntegrationId }, name, username, phoneNumber, isDefault }
  },
  variants
})

coversSwitches(switchesSchema, variants)
