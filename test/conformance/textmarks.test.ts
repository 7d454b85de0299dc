import { describe } from 'vitest'
import type { Settings } from '#shared/model/field.ts'
import { textmarks } from '../../src/main/providers/textmarks/index.ts'
import {
  configArguments,
  configSettings,
  handlerArguments,
  handlerSettings
} from '../../src/main/providers/textmarks/map.ts'
import { configAnswer, handlerAnswer, type ConfigKind } from '../../src/main/providers/textmarks/wire.ts'
import { switchesSchema } from '../../src/main/sandbox/textmarks/switches.ts'
import { sandboxCredentials } from '../../src/main/sandbox/textmarks/account.ts'
import invented from '../fixtures/textmarks/invented-bodies.json' with { type: 'json' }
import type { Subject, Variant } from './subject.ts'
import { conforms } from './suite.ts'
import { coversSwitches } from './switches.ts'

const credentials = { ...sandboxCredentials.fields, ...sandboxCredentials.secrets }
const keyword = 'FRESHMARK'
const signedIn = { auth_user: credentials.user, auth_pass: credentials.password, api_key: credentials.apiKey }
const route = (method: string) => `POST /TextMarkManager/${method}/`

const codes = {
  wrongCredentialsCode: 2777,
  unknownKeywordCode: 2778,
  wrongKeyCode: 2779,
  missingArgumentCode: 2780,
  unknownMethodCode: 2781,
  notOwnerCode: 2782,
  wrongArgumentCode: 2783
}

/** Those that concern all four. */
const common: Variant[] = [
  { name: 'unlisted codes are others', switches: codes },
  { name: 'a code is a numeric text', switches: { rescodeAs: 'text' } },
  { name: 'success is said in other words', switches: { successText: 'OK' } },
  { name: 'answers are sent as HTML', switches: { answerType: 'text/html' } },
  { name: 'answers are sent as a script', switches: { answerType: 'text/javascript' } },
  { name: 'a setter answers with null', switches: { setterBody: 'null' } },
  { name: 'a setter answers without a body', switches: { setterBody: 'absent' } },
  { name: 'flags are texts', switches: { flagsAs: 'text' } },
  { name: 'flags are booleans', switches: { flagsAs: 'boolean' } },
  { name: 'reads give more than is known', switches: { moreFields: true, unsetUrl: 'null' } },
  { name: 'keywords are written large only', switches: { keywordCase: 'upper' } }
]

/** All four cannot be listed, created or removed; another client makes the keyword. */
function subject(own: {
  kind: string
  there: Record<string, unknown>
  methods: { get: string; update: string }
  sends: Record<string, string>
  /** An argument that TextMarks may refuse, and the setting that it is here. */
  refused: { argument: string; field: string }
  wires: Subject['wires']
  variants: Subject['variants']
  read: Subject['there']
  back: Subject['back']
  fresh: Settings
  changed: Settings
  planned?: Settings
  freshSeen?: Settings
  changedSeen?: Settings
  secretSettings?: string[]
}): Subject {
  const { kind, fresh, changed, planned, freshSeen, changedSeen, secretSettings, wires, variants, back, refused } = own
  return {
    provider: textmarks,
    kind,
    credentials,
    secretField: 'password',
    absentId: 'NOSUCHMARK',
    // By the convention of our own.
    signing: {
      secrets: { 'settings.pro-1.privateToken': 'canary-old-token' },
      covered: ['phone', 'keyword', 'action', 'text', 'plugboard_signature']
    },
    absenceBy: 'body',
    fresh,
    changed,
    ...(planned && { planned }),
    ...(freshSeen && { freshSeen }),
    ...(changedSeen && { changedSeen }),
    ...(secretSettings && { secretSettings }),
    requests: { get: route(own.methods.get), update: route(own.methods.update) },
    refusal: {
      message: `2906 ${refused.argument} is not valid`,
      field: refused.field,
      says: 'is not valid (TextMarks'
    },
    updateBody: { tm: keyword, ...own.sends, ...signedIn },
    seed: (simulator, number) => simulator.control('PUT', 'textmarks', { keyword: `SEED${number}` }),
    async place(simulator) {
      await simulator.control('PUT', 'textmarks', { keyword, ...own.there })
      return keyword
    },
    wires,
    there: own.read,
    back,
    variants: [...variants, ...common]
  }
}

const configOf = (kind: ConfigKind) => ({
  read: (wire: Record<string, unknown>) =>
    configSettings(kind, keyword, configAnswer(kind).parse({ head: { rescode: 0 }, body: wire }).body),
  back: (settings: Settings) => configArguments(kind, settings)
})

const unsetUrls: Variant[] = [
  { name: 'a URL that is not set reads as NONE', switches: { unsetUrl: 'none' } },
  { name: 'a URL that is not set reads as empty', switches: { unsetUrl: 'empty' } },
  { name: 'a URL that is not set reads as null', switches: { unsetUrl: 'null' } }
]

const integrationVariants: Variant[] = [
  ...unsetUrls,
  { name: 'the private token is given back', switches: { showToken: true } }
]

const handlerVariants: Variant[] = [
  ...['handler_type', 'request_handler_type', 'handler', 'request_handler'].map(name => ({
    name: `the type comes as ${name}`,
    switches: { handlerTypeName: name }
  })),
  { name: 'arguments that are not given are kept', switches: { ungivenHandler: 'kept' } }
]

const callback = String.raw`https://shop.example.com/group?user=\p&action=\a`

describe('integration config', () => {
  const token = 'canary token+1/ä'
  conforms(
    subject({
      ...configOf('integration-config'),
      kind: 'integration-config',
      there: { groupCallbackUrl: callback, privateToken: 'canary-old-token' },
      methods: { get: 'integration_config', update: 'set_integration_config' },
      refused: { argument: 'group_callback_url', field: 'groupCallbackUrl' },
      fresh: { keyword, groupCallbackUrl: callback, privateToken: 'canary-old-token' },
      changed: { keyword, privateToken: token },
      planned: { groupCallbackUrl: null, privateToken: token },
      freshSeen: { keyword, groupCallbackUrl: callback },
      changedSeen: { keyword },
      secretSettings: ['privateToken'],
      sends: { group_callback_url: 'NONE', private_token: token },
      wires: invented.integration,
      variants: integrationVariants
    })
  )
})

describe('request handler', () => {
  const url = String.raw`http://127.0.0.1:4700/in/one?x=ü&text=\0`
  conforms(
    subject({
      kind: 'request-handler',
      there: { handler: { type: 'basic', args: { response: 'Old', notify_sms: '1' } } },
      methods: { get: 'request_handler', update: 'set_dynamic_request_handler' },
      refused: { argument: 'url', field: 'url' },
      fresh: { keyword, type: 'basic', response: 'Old', notifyBySms: true },
      changed: { keyword, type: 'dynamic', url, notifyBySms: true },
      planned: { type: 'dynamic', url, response: null },
      sends: { url, notify_sms: '1' },
      wires: invented.handlers,
      read: wire => handlerSettings(keyword, handlerAnswer.parse({ head: { rescode: 0 }, body: wire }).body),
      back: settings => ({ type: settings['type'], ...handlerArguments(settings).args }),
      variants: handlerVariants
    })
  )
})

const flags = { group_enabled: '1', auto_join: '1', user_msgs_allowed: '0', name_required: '0' }
const usualGroup = { enabled: true, autoJoin: true, membersMayPost: false, nameRequired: false }
const changedGroup = { keyword, ...usualGroup, autoJoin: false, frequency: '4', parent: 'TOWN' }

const groupVariants: Variant[] = [
  {
    name: 'an empty text is ignored',
    switches: { emptyText: 'ignored' },
    changedSeen: { ...changedGroup, welcome: 'Hi!' }
  },
  {
    name: 'there is no way to read it',
    switches: { groupConfigMethod: false },
    unreadable: { code: 'forbidden', until: { groupConfigMethod: true } }
  }
]

describe('group config', () => {
  conforms(
    subject({
      ...configOf('group-config'),
      kind: 'group-config',
      there: { group: { ...flags, welcome_head: 'Hi!' } },
      methods: { get: 'group_config', update: 'set_group_config' },
      refused: { argument: 'freq_num', field: 'frequency' },
      fresh: { keyword, ...usualGroup, welcome: 'Hi!' },
      changed: changedGroup,
      planned: { autoJoin: false, welcome: null, frequency: '4', parent: 'TOWN' },
      sends: { auto_join: '0', welcome_head: '', freq_num: '4', parent_group: 'TOWN' },
      wires: invented.group,
      variants: groupVariants
    })
  )
})

describe('public config', () => {
  const there = { publish_messages: '0', in_directory: '0', description: 'Pizza', site_url: 'https://old.example.com/' }
  conforms(
    subject({
      ...configOf('public-config'),
      kind: 'public-config',
      there: { public: there },
      methods: { get: 'public_config', update: 'set_public_config' },
      refused: { argument: 'site_url', field: 'siteUrl' },
      fresh: {
        keyword,
        publishMessages: false,
        inDirectory: false,
        description: 'Pizza',
        siteUrl: 'https://old.example.com/'
      },
      changed: { keyword, publishMessages: false, inDirectory: true, description: 'Best pizza & ü' },
      planned: { inDirectory: true, description: 'Best pizza & ü', siteUrl: null },
      sends: { in_directory: '1', description: 'Best pizza & ü', site_url: 'NONE' },
      wires: invented.public,
      variants: unsetUrls
    })
  )
})

coversSwitches(switchesSchema, [...common, ...integrationVariants, ...handlerVariants, ...groupVariants], {
  callbackOrder: 'test/unit/sandbox-textmarks.test.ts',
  groupAnswer: 'test/unit/sandbox-textmarks.test.ts',
  replyFrom: 'test/unit/sandbox-textmarks.test.ts',
  integrationNames: 'test/unit/sandbox-textmarks.test.ts',
  tokenEncoding: 'test/unit/sandbox-textmarks.test.ts'
})
