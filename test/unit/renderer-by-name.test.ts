import { expect, test } from 'vitest'
import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { Account } from '#shared/model/account.ts'
import type { Profile } from '#shared/model/profile.ts'
import type { KindCard, ProviderCard } from '#shared/model/provider.ts'
import { addressFor } from '../../src/renderer/screens/listener-address.tsx'
import {
  accountsByName,
  kindsByName,
  kindsToCreate,
  namingField,
  suggestedName
} from '../../src/renderer/state/by-name.ts'
import { summaryOf } from '../../src/renderer/state/profile-rows.ts'

const exampleUrl = String.raw`https://shop.example.com/sms?action=\a&phone=\p`
const form = formOf(
  z.object({
    keyword: field(z.string(), { label: 'Keyword', immutable: true }),
    hook: field(z.string().optional(), { label: 'Address', input: 'url', example: exampleUrl })
  })
)
const can = { id: 'x', label: 'x', state: 'can' } as const
const cannot = { id: 'x', label: 'x', state: 'cannot', reason: 'No.' } as const

function kind(id: string, listing: KindCard['listing'], create: KindCard['create']): KindCard {
  return { id, label: id, labelPlural: id, help: '', form, listing, actions: [], create, update: can, remove: can }
}
function provider(id: string, kinds: KindCard[]): ProviderCard {
  const credentials = { fields: [] }
  const rateLimit = { requests: 1, perMs: 1, source: '' }
  const lists = { endpoints: [], capabilities: [], views: [], samples: [] }
  return { id, name: id, about: '', docsUrl: '', credentials, kinds, rateLimit, ...lists }
}
function account(of: string, fields: Record<string, string> = {}): Account {
  const none = { secrets: [], parkedFault: null, pulledMs: null, createdMs: 0, updatedMs: 0 }
  return { id: `at ${of}`, provider: of, label: of, baseUrl: 'https://x.example.com', fields, state: 'ready', ...none }
}
function profile(accountId: string, local: Profile['local']): Profile {
  const trees = {
    base: local,
    local,
    remote: local,
    remoteKnown: true,
    remoteSeenMs: 0,
    policies: {},
    warnings: [],
    decisions: []
  }
  const none = { createdMs: 0, updatedMs: 0, title: 'DEMO', state: 'in-sync' as const, kind: 'config', remoteId: 'r' }
  return { id: 'p', accountId, ...trees, ...none }
}

const named = provider('named', [kind('config', 'by-name', cannot)])
const listed = provider('listed', [kind('profile', 'all', can)])

test('only what cannot be listed is added by name, and only what can be created is made here', () => {
  expect(kindsByName(named).map(({ id }) => id)).toEqual(['config'])
  expect(kindsByName(listed)).toEqual([])
  expect(kindsToCreate(named)).toEqual([])
  expect(kindsToCreate(listed).map(({ id }) => id)).toEqual(['profile'])
  expect(accountsByName([account('named'), account('listed')], [named, listed]).map(({ id }) => id)).toEqual([
    'at named'
  ])
})

test('a name that the credentials mention is suggested until it was added', () => {
  const own = account('named', { keyword: 'DEMO' })
  expect(namingField(named)?.label).toBe('Keyword')
  expect(suggestedName(own, named, [])).toBe('DEMO')
  expect(suggestedName(own, named, [profile('at other', { keyword: 'DEMO' })])).toBe('DEMO')
  expect(suggestedName(own, named, [profile(own.id, { keyword: 'DEMO' })])).toBe('')
  expect(suggestedName(account('named'), named, [])).toBe('')
})

test("the listener's address gets the parameters of a template, and of an ordinary address none", () => {
  const [, hook] = form.fields
  if (!hook) throw new Error('the form has no address')
  expect(addressFor(hook, 'http://127.0.0.1:4700/in/a')).toBe(String.raw`http://127.0.0.1:4700/in/a?action=\a&phone=\p`)
  const plain = { ...hook, example: 'https://shop.example.com/sms?x=1' }
  expect(addressFor(plain, 'http://127.0.0.1:4700/in/a')).toBe('http://127.0.0.1:4700/in/a')
})

test('the summary of a profile has no secret, no bare switch among many settings, and nothing that the provider writes', () => {
  const many = {
    keyword: 'DEMO',
    on: true,
    weight: 3,
    hook: 'https://a.example.com',
    token: { $secret: 2 },
    made: 'then'
  }
  expect(summaryOf(profile('a', many), new Set(['made']))).toBe('https://a.example.com')
  expect(summaryOf(profile('a', { key: 'record', value: false }))).toBe('record · false')
})
