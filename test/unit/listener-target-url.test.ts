import { expect, test } from 'vitest'
import { forwardedHeaders, replaceHeaders, replayedHeaders } from '../../src/main/listener/send/outgoing.ts'
import { addressAt, checkTargetUrl, leadsHere, partsOf } from '../../src/main/listener/send/target-url.ts'

test.each([
  ['http://localhost:3000', '/in/k', 'http://localhost:3000/'],
  ['http://localhost:3000', '/in/k/', 'http://localhost:3000/'],
  ['http://localhost:3000/hook', '/in/k', 'http://localhost:3000/hook'],
  ['http://localhost:3000/hook/', '/in/k', 'http://localhost:3000/hook/'],
  ['http://localhost:3000/hook/', '/in/k/a', 'http://localhost:3000/hook/a'],
  ['http://localhost:3000/hook?x=1', '/in/k?', 'http://localhost:3000/hook?x=1&'],
  ['http://localhost:3000/hook', '/in/k?', 'http://localhost:3000/hook?'],
  ['http://localhost:3000/hook?x=1', '/in/k/../b?c#d', 'http://localhost:3000/hook/../b?x=1&c#d'],
  ['https://EXAMPLE.test:443/h', 'http://localhost:4700/in/k/%zz', 'https://example.test/h/%zz'],
  ['https://example.test', '/in/k//evil.test/x', 'https://example.test//evil.test/x']
])('a target %s gets %s at %s', (url, target, address) => {
  expect(addressAt(checkTargetUrl(url, 'url'), target)).toBe(address)
  expect(partsOf(address).host).toBe(new URL(checkTargetUrl(url, 'url')).host)
})

test('what leads to the listener is known by port on this computer and by the public URLs', () => {
  const place = { ports: [4700], publicUrls: ['https://tunnel.test/hook', 'https://other.test'] }
  for (const host of [
    'localhost',
    '127.0.0.1',
    '127.9.9.9',
    '[::1]',
    '0.0.0.0',
    '[::]',
    '[::ffff:7f00:1]',
    'a.localhost'
  ])
    expect(leadsHere(`http://${host}:4700/x`, place)).toBe(true)
  expect(leadsHere('http://localhost:4701/in/k', place)).toBe(false)
  expect(leadsHere('https://tunnel.test/hook/more', place)).toBe(true)
  expect(leadsHere('https://tunnel.test/app', place)).toBe(false)
  expect(leadsHere('https://other.test/in/k', place)).toBe(true)
  expect(leadsHere('https://elsewhere.test/in/k', place)).toBe(false)
})

test('a host that is missing is added, a proxy that named the first host keeps its word, other codings stay', () => {
  const framing = { host: 'there:1', body: Buffer.from('abc'), trailers: [] }
  expect(forwardedHeaders([['A', '1']], framing)).toEqual([
    ['Host', 'there:1'],
    ['A', '1'],
    ['Content-Length', '3']
  ])
  const proxied: [string, string][] = [
    ['hOST', 'tunnel'],
    ['X-Forwarded-Host', 'public.test'],
    ['Transfer-Encoding', 'gzip, chunked']
  ]
  expect(forwardedHeaders(proxied, framing)).toEqual([
    ['hOST', 'there:1'],
    ['X-Forwarded-Host', 'public.test'],
    ['Transfer-Encoding', 'gzip, chunked']
  ])
  expect(replayedHeaders([['Connection', 'close']], { ...framing, body: Buffer.alloc(0) })).toEqual([
    ['Host', 'there:1'],
    ['Connection', 'close']
  ])
})

test('new headers stand where the old ones stood, in their spelling, doubles go and new ones come last', () => {
  const before: [string, string][] = [
    ['x-sig', 'old'],
    ['A', '1'],
    ['X-SIG', 'older']
  ]
  const news: [string, string][] = [
    ['X-Sig', 'new'],
    ['X-Time', '2']
  ]
  expect(replaceHeaders(before, news)).toEqual([
    ['x-sig', 'new'],
    ['A', '1'],
    ['X-Time', '2']
  ])
})
