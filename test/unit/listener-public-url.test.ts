import { describe, expect, test } from 'vitest'
import { Fault, type FaultReport } from '#shared/faults.ts'
import { checkPublicUrl, publicAddressOf, publicHosts } from '../../src/main/listener/public-url.ts'

function refusalOf(text: string): FaultReport | undefined {
  try {
    checkPublicUrl(text, 'key')
    return undefined
  } catch (error) {
    return error instanceof Fault ? error.report() : undefined
  }
}

describe('what is taken as a public URL', () => {
  test.each([
    ['https://x.ngrok.app', 'https://x.ngrok.app'],
    [' https://x.ngrok.app/ ', 'https://x.ngrok.app'],
    ['https://x.ngrok.app/in/key', 'https://x.ngrok.app/in/key'],
    ['https://x.ngrok.app/hooks/sms/', 'https://x.ngrok.app/hooks/sms/'],
    ['http://tunnel.example:8443/Ä%20b', 'http://tunnel.example:8443/Ä%20b']
  ])('%s is kept as %s', (text, kept) => {
    expect(checkPublicUrl(text, 'key')).toBe(kept)
  })

  test.each([
    ['x.ngrok.app', 'not an http(s) address'],
    ['ftp://x.ngrok.app/in/key', 'not an http(s) address'],
    ['https://user:hunter2@x.ngrok.app', 'user name or password'],
    ['https://x.ngrok.app/in/key#top', 'fragment'],
    ['https://x.ngrok.app/in/key?a=1', 'query'],
    ['https://x.ngrok.app/in/other', 'another endpoint']
  ])('%s is refused: %s', (text, words) => {
    const fault = refusalOf(text)
    expect(fault).toMatchObject({ code: 'invalid-input', field: 'publicUrl', message: expect.stringContaining(words) })
    expect(JSON.stringify(fault)).not.toContain('hunter2')
  })
})

describe('the address that the sender called', () => {
  test.each([
    ['https://x.app', '/in/key?a=%20b', 'https://x.app/in/key?a=%20b'],
    ['https://x.app', '/in/key/status', 'https://x.app/in/key/status'],
    ['https://x.app', 'http://127.0.0.1:4700/in/key?a=1', 'https://x.app/in/key?a=1'],
    ['https://x.app/in/key', '/in/key?a=1', 'https://x.app/in/key?a=1'],
    ['https://x.app/hooks', '/in/key', 'https://x.app/hooks'],
    ['https://x.app/hooks', '/in/key/status?a=1', 'https://x.app/hooks/status?a=1'],
    ['https://x.app/hooks/', '/in/key/status', 'https://x.app/hooks/status'],
    ['https://x.app/hooks/', '/in/key?a', 'https://x.app/hooks/?a']
  ])('%s and %s make %s', (publicUrl, target, address) => {
    expect(publicAddressOf(publicUrl, target)).toBe(address)
  })
})

test('the hosts of public URLs are as a Host header has them', () => {
  expect(publicHosts(['https://X.app:443/in/key', null, 'http://y.app:8080'])).toEqual(['x.app', 'y.app:8080'])
})
