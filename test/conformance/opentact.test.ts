import { expect } from 'vitest'
import { switchesSchema } from '../../src/main/sandbox/opentact/switches.ts'
import { sandboxCredentials } from '../../src/main/sandbox/opentact/account.ts'
import { opentact } from '../../src/main/providers/opentact/index.ts'
import { toSettings, toWire } from '../../src/main/providers/opentact/map.ts'
import { wireProfile } from '../../src/main/providers/opentact/wire.ts'
import documented from '../fixtures/opentact/documented-profile.json' with { type: 'json' }
import invented from '../fixtures/opentact/invented-profiles.json' with { type: 'json' }
import type { Variant } from './subject.ts'
import { conforms } from './suite.ts'
import { coversSwitches } from './switches.ts'

const profiles = '/rest/profile/messaging'
const made = { createdOn: expect.any(String) as string, modifiedOn: expect.any(String) as string }

const fresh = {
  name: 'Order updates & more',
  callbackUrl: 'http://127.0.0.1:4700/in/one',
  fallbackUrl: 'https://backup.example.com/sms',
  numberPool: true,
  longCodeWeight: 3,
  tollFreeWeight: 9,
  skipUnhealthyNumbers: false,
  stickySender: true
}
const planned = { callbackUrl: 'https://crm.example.com/two?x=1&y=ü', fallbackUrl: null, tollFreeWeight: 0 }
const { fallbackUrl: _, ...kept } = fresh
const changed = { ...kept, callbackUrl: planned.callbackUrl, tollFreeWeight: 0 }

const variants: Variant[] = [
  { name: 'a create answers 200', switches: { createStatus: 200 } },
  { name: 'a delete answers success alone', switches: { deleteAnswer: 'bare' } },
  { name: 'a delete answers 204', switches: { deleteAnswer: 'empty' } },
  { name: 'the list comes in pages', switches: { lists: 'pages' } },
  { name: 'the weight is spelled toll_free_weight', switches: { weightSpelling: 'toll_free_weight' } },
  { name: 'an address that is not set is absent', switches: { noUrl: 'absent' } },
  { name: 'an address that is not set is an empty text', switches: { noUrl: 'empty' } },
  { name: 'the status in the body is 0', switches: { bodyStatus: 'zero' } },
  { name: 'weights are 1 unless told', switches: { defaultWeight: 1 } }
]

conforms({
  provider: opentact,
  kind: 'messaging-profile',
  credentials: { ...sandboxCredentials.fields, ...sandboxCredentials.secrets },
  secretField: 'password',
  eitherCredential: true,
  fresh,
  changed,
  planned,
  freshSeen: { ...fresh, ...made },
  changedSeen: { ...changed, ...made },
  absentId: '0c5d1e2f-0000-4000-aaaa-00000000dead',
  requests: {
    login: 'GET /rest/auth',
    list: `GET ${profiles}`,
    get: `GET ${profiles}/{uuid}`,
    create: `POST ${profiles}`,
    update: `PATCH ${profiles}/{uuid}`,
    remove: `DELETE ${profiles}/{uuid}`
  },
  pages: { lists: 'pages' },
  refusal: { message: 'params.callback_url2 cannot be reached', field: 'fallbackUrl', says: 'cannot be reached' },
  updateBody: { callback_url: planned.callbackUrl, callback_url2: null, tollfree_weight: 0 },
  seed: (simulator, number) => simulator.control('PUT', 'profiles', { name: `seed ${number} & more` }),
  wires: [...documented, ...invented],
  there: wire => toSettings(wireProfile.parse(wire)),
  back: toWire,
  variants
})

coversSwitches(switchesSchema, variants, {
  leaseWords: 'test/unit/opentact-api.test.ts',
  callbackShape: 'test/unit/sandbox-opentact.test.ts',
  redirectPlainHttp: 'test/unit/opentact-api.test.ts'
})
