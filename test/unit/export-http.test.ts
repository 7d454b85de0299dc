import { expect, test } from 'vitest'
import { httpOf } from '../../src/main/listener/export/http.ts'
import { detailOf } from '../helpers/details.ts'

test('requests stand one after the other, as editors read them', () => {
  const first = detailOf({
    target: '/in/key1?a=b c',
    headers: [
      ['Host', 'localhost:4700'],
      ['X-Name', 'f\u00c3\u00bcr'],
      ['X-Name', ''],
      ['Content-Length', '5'],
      ['Connection', 'close']
    ],
    body: 'a\n\nb'
  })
  const second = detailOf({ id: 2, method: 'GET', httpVersion: '1.0' })
  expect(httpOf([first, second], false)).toBe(`### Callback 1, received 2026-03-01T09:30:00.007Z
POST http://localhost:4700/in/key1?a=b%20c HTTP/1.1
Host: localhost:4700
X-Name: für
X-Name: 

a

b

### Callback 2, received 2026-03-01T09:30:00.007Z
GET http://127.0.0.1:4700/in/key1 HTTP/1.0
Host: 127.0.0.1:4700
`)
})

test.each([
  ['bytes', detailOf({ body: new Uint8Array([255, 0]) }), '# Its body of 2 bytes is not text; in base64: /wA='],
  ['a line that parts requests', detailOf({ body: 'a\n### b' }), '# A line of its body means something else'],
  ['braces', detailOf({ body: '{{a}}' }), '# Double braces are a variable'],
  ['trailers', detailOf({ trailers: [['A', 'b']] }), '# It had trailers'],
  ['a cut body', detailOf({ truncated: true }), '# Its body was longer']
])('what such a file cannot say about %s is said in a comment', (_, detail, comment) => {
  expect(httpOf([detail], false)).toContain(comment)
})

test('a redacted file says so', () => {
  expect(httpOf([detailOf()], true)).toMatch(/^# What is secret was taken out/)
})
