import { switchesSchema } from '../../src/main/sandbox/exotel/switches.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { exotel } from '../../src/main/providers/exotel/index.ts'
import { toSettings, toWire } from '../../src/main/providers/exotel/map.ts'
import { wireSetting } from '../../src/main/providers/exotel/wire.ts'
import documented from '../fixtures/exotel/documented-settings.json' with { type: 'json' }
import invented from '../fixtures/exotel/invented-settings.json' with { type: 'json' }
import type { Variant } from './subject.ts'
import { conforms } from './suite.ts'
import { coversSwitches } from './switches.ts'

const api = '/v2/integrations'
const setting = `${api}/app_setting`

const variants: Variant[] = [
  { name: 'an unknown key answers 400', switches: { unknownKey: 400 } },
  { name: 'an unknown key answers 404', switches: { unknownKey: 404 } },
  { name: 'an unknown key answers 200 with Failed', switches: { unknownKey: 200 } },
  { name: 'Data of a failure is empty', switches: { failureData: 'empty' } },
  { name: 'Data of a failure is absent', switches: { failureData: 'absent' } },
  { name: 'Error is a JSON text', switches: { failureError: 'json' } },
  { name: 'the word Bearer is taken too', switches: { bearer: true } },
  { name: 'a key that exists is refused', switches: { upsert: false }, updates: false }
]

conforms({
  provider: exotel,
  kind: 'app-setting',
  credentials: { ...sandboxCredentials.fields, ...sandboxCredentials.secrets },
  secretField: 'appSecret',
  fresh: { key: 'callback', value: 'http://127.0.0.1:4700/in/one' },
  changed: { key: 'callback', value: 'https://crm.example.com/two?x=1&y=ü' },
  requests: {
    login: `POST ${api}/token`,
    list: `GET ${setting}`,
    create: `POST ${setting}`,
    update: `POST ${setting}`,
    remove: `DELETE ${setting}`
  },
  refusal: { message: 'Value is too long', field: 'value', says: 'Value is too long' },
  updateBody: { Key: 'callback', Value: 'https://crm.example.com/two?x=1&y=ü' },
  seed: (simulator, number) => simulator.control('PUT', 'settings', { Key: `seed ${number} & more`, Value: 'x' }),
  wires: [...documented.Data, ...invented],
  there: wire => toSettings(wireSetting.parse(wire)),
  back: toWire,
  variants
})

coversSwitches(switchesSchema, variants, {
  callForm: 'test/unit/sandbox-exotel-events.test.ts',
  smsForm: 'test/unit/sandbox-exotel-events.test.ts'
})
