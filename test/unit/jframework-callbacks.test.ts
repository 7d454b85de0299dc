import { expect, test } from 'vitest'
import type { Captured } from '../../src/main/providers/contract.ts'
import { jframework } from '../../src/main/providers/jframework/index.ts'

const { callbacks } = jframework
const url = 'https://hooks.example.com/in/abc'
const secrets = {
  authKey: 'k',
  loginPassword: 'login',
  'settings.pro-1.password': 'other',
  'settings.pro-2.password': 'tw'
}

function sample(id: string, known?: { url: string; secrets: Record<string, string> }): Captured {
  const found = callbacks.samples.find(one => one.id === id)
  if (!found) throw new Error(id)
  const { method, headers, body } = found.build({}, new Date('2026-03-04T05:06:07Z'), known)
  return { method, target: '/in/abc', headers, body: new TextEncoder().encode(body), receivedMs: 0 }
}

test('the password of any integration may be the token of the Twilio account that calls back', () => {
  const captured = sample('status-delivered', { url, secrets: { 'settings.pro-2.password': 'tw' } })
  expect(callbacks.decode(captured)?.event).toBe('status-delivered')
  expect(callbacks.verify(captured, { url, secrets }).verdict).toBe('valid')
  expect(callbacks.verify(captured, { url, secrets: { ...secrets, 'settings.pro-2.password': 'x' } }).verdict).toBe(
    'invalid'
  )
})

test('the credentials of the account itself sign nothing', () => {
  const own = { authKey: 'k', loginPassword: 'login' }
  const captured = sample('inbound-sms', { url, secrets: own })
  expect(callbacks.verify(captured, { url, secrets: own }).verdict).toBe('missing')
  expect(callbacks.settingSecrets).toEqual(['password'])
})
