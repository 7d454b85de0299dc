import { execFile } from 'node:child_process'
import { randomBytes, X509Certificate } from 'node:crypto'
import { connect as connectPlain } from 'node:net'
import { connect, createServer, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { authorityFileIn } from '../../src/main/listener/https/authority-file.ts'
import { createAuthority, createServerIdentity, namesFor } from '../../src/main/listener/https/certificates.ts'
import { readSettings, writeSettings } from '../../src/main/listener/settings.ts'
import { createIdentities } from '../../src/main/methods/listener-https.ts'
import { nextOf } from '../helpers/listening.ts'
import { listeningHttps } from '../helpers/listening-https.ts'
import { findProgram } from '../helpers/parts.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { tracesIn } from '../helpers/traces.ts'

const { folder, open, openHttps, secretsIn } = listeningHttps()
const dayMs = 86_400_000

/** A TLS connection that was made, or the code of why not. */
async function tls(port: number, options: ConnectionOptions): Promise<TLSSocket | string> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...options })
  return new Promise(resolve => {
    socket.once('secureConnect', () => resolve(socket))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code === 'UNSPECIFIED' ? error.message : (error.code ?? error.message))
    )
  })
}

async function postOver(socket: TLSSocket, request: Buffer): Promise<string> {
  const chunks: Buffer[] = []
  socket.end(request)
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('latin1')
}

const connected = (made: TLSSocket | string): TLSSocket => {
  if (typeof made === 'string') throw new Error(made)
  return made
}

const curl = findProgram(['curl'])
if (!curl) console.warn('no curl on PATH: a client of its own is not tried')

test.skipIf(!curl)(
  'curl trusts it with the authority’s file alone, and what it sends is kept byte for byte',
  async () => {
    const { listener, https, path, dataDir } = await openHttps()
    const rows = listener.watch()
    const body = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, at) => at)), Buffer.from('\r\n')])
    const args = [
      '-sS',
      '--data-binary',
      '@-',
      '-w',
      '%{http_code} %{http_version}',
      '-o',
      '/dev/null',
      '-H',
      'X-Dup: b'
    ]
    const run = (more: string[], host = 'localhost') => {
      const child = promisify(execFile)(curl ?? '', [...args, ...more, `https://${host}:${https}${path}?q=%20`])
      child.child.stdin?.end(body)
      return child
    }
    const trusted = ['--cacert', authorityFileIn(dataDir)]
    expect((await run(trusted)).stdout).toBe('202 1.1')
    expect((await run(trusted, '127.0.0.1')).stdout).toBe('202 1.1')
    expect((await run(trusted, '[::1]')).stdout).toBe('202 1.1')
    const row = await nextOf(rows, () => true)
    const { headers, bodyBase64, target } = listener.get(row.id)
    expect(Buffer.from(bodyBase64, 'base64').equals(body)).toBe(true)
    expect(target).toBe(`${path}?q=%20`)
    expect(headers).toContainEqual(['X-Dup', 'b'])
    await expect(run([])).rejects.toMatchObject({ code: 60 })
  }
)

test('another name, another authority and HTTP/2 alone are refused; HTTP/1.1 is what is agreed on', async () => {
  const { https, ca } = await openHttps()
  expect(await tls(https, { ca: ca(), servername: 'example.com' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  const other = await createAuthority(namesFor([]), Date.now())
  expect(await tls(https, { ca: other.certificate })).toMatch(/UNABLE_TO|SELF_SIGNED/)
  expect(await tls(https, { ca: ca(), ALPNProtocols: ['h2'] })).toMatch(/NO_APPLICATION_PROTOCOL|ECONNRESET/)
  expect(await tls(https, { ca: ca(), maxVersion: 'TLSv1.1', minVersion: 'TLSv1' })).toBeTypeOf('string')
  const socket = connected(await tls(https, { ca: ca(), ALPNProtocols: ['h2', 'http/1.1'] }))
  expect(socket.alpnProtocol).toBe('http/1.1')
  socket.destroy()
})

test('the authority cannot vouch for any other name, whoever has its key', async () => {
  const authority = await createAuthority(namesFor([]), Date.now())
  const names = ['bank.example', '127.0.0.1', '::1', 'localhost', '10.0.0.1']
  const came: string[] = []
  for (const name of names) {
    const { certificate, key } = await createServerIdentity(authority, [name], Date.now())
    const server = createServer({ cert: certificate, key }).on('tlsClientError', () => undefined)
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as { port: number }
    const made = await tls(port, { ca: authority.certificate, servername: name, checkServerIdentity: () => undefined })
    came.push(typeof made === 'string' ? made : 'trusted')
    if (typeof made !== 'string') made.destroy()
    await new Promise(resolve => server.close(resolve))
  }
  const no = 'permitted subtree violation'
  expect(came).toEqual([no, 'trusted', 'trusted', 'trusted', no])
})

test('what is no TLS, or stops in the middle of it, harms neither it nor http', async () => {
  const { listener, https, port, path, ca } = await openHttps({ limits: { headersTimeoutMs: 200, timeoutCheckMs: 50 } })
  const hello = Buffer.from('16030100c8010000c40303', 'hex')
  const attacks = [
    rawPost(https, path),
    randomBytes(4_096),
    hello,
    Buffer.from('160301ffff', 'hex'),
    Buffer.from('8080010301', 'hex'),
    Buffer.alloc(0)
  ]
  const ends = attacks
    .flatMap(bytes => [bytes, Buffer.concat([hello, bytes])])
    .map(async bytes => {
      const socket = connectPlain(https, '127.0.0.1')
      const end = new Promise(resolve => socket.on('error', () => undefined).once('close', resolve))
      socket.write(bytes)
      socket.resume()
      await end
    })
  await Promise.all(ends)
  const cut = connected(await tls(https, { ca: ca() }))
  cut.on('error', () => undefined).write('POST / HTT')
  cut.destroy()
  const bad = connected(await tls(https, { ca: ca() }))
  expect(await postOver(bad, Buffer.from('NOT HTTP\r\n\r\n'))).toMatch(/^HTTP\/1.1 400/)
  const good = connected(await tls(https, { ca: ca() }))
  expect(await postOver(good, rawPost(https, path, 'x', ['Connection: close']))).toMatch(/^HTTP\/1.1 202/)
  expect((await ask(port, rawPost(port, path))).status).toBe(202)
  expect(listener.status()).toMatchObject({ state: 'listening', caught: 2, fault: null })
})

test('TLS on the plain port is hung up on, as ever', async () => {
  const { port, ca } = await openHttps()
  expect(await tls(port, { ca: ca() })).toMatch(/ECONNRESET|ERR_SSL|EPROTO/)
})

test('a method that nobody has heard of is kept over https, too', async () => {
  const { listener, https, path, ca } = await openHttps()
  const socket = connected(await tls(https, { ca: ca() }))
  const answer = await postOver(
    socket,
    Buffer.from(rawPost(https, path, 'x').toString('latin1').replace('POST', 'BREW'))
  )
  expect(answer).toMatch(/^HTTP\/1\.1 202 /)
  expect(listener.get(1)).toMatchObject({ method: 'BREW', bodyText: 'x', remoteAddress: '127.0.0.1' })
})

test('it is judged by the https address that was called', async () => {
  const { listener, https, path, ca } = await openHttps()
  const rows = listener.watch()
  const socket = connected(await tls(https, { ca: ca() }))
  await postOver(socket, rawPost(https, path, '{"event":"x"}', ['X-Sign: plugh', 'Connection: close']))
  const row = await nextOf(rows, each => each.verdict !== null)
  expect(row.verdictText).toContain(`https://127.0.0.1:${https}${path}`)
})

test('a restart keeps authority, certificate and port; no key is outside the vault', async () => {
  const first = await openHttps()
  const before = { ca: first.ca(), port: first.https, server: first.secrets.store.options.get('listener-certificate') }
  const vault = await first.secrets.vault.open()
  const keys = await Promise.all(['ca-key', 'server-key'].map(name => vault.read('listener', name, 1)))
  expect(keys.every(key => key.startsWith('-----BEGIN PRIVATE KEY-----'))).toBe(true)
  for (const key of keys) {
    const middle = key.split('\n')[1] ?? ''
    expect(middle.length).toBeGreaterThan(40)
    expect(tracesIn(first.dataDir, middle)).toEqual([])
  }
  await first.listener.close()
  const second = await openHttps({ folder: first.dataDir })
  expect(second.ca()).toBe(before.ca)
  expect(second.https).toBe(before.port)
  expect(second.secrets.store.options.get('listener-certificate')).toBe(before.server)
})

test('a locked vault keeps https closed and says what to do, while http goes on; unlocked, it opens', async () => {
  const dataDir = folder()
  const secrets = await secretsIn(dataDir)
  let isLocked = true
  const vault = {
    ...secrets.vault,
    open: async () => {
      if (isLocked) throw new Fault('vault-locked')
      return secrets.vault.open()
    }
  }
  const identities = createIdentities({ ...secrets, vault, clock: systemClock, dataDir })
  const { listener, port, path } = await open({ folder: dataDir, identities })
  expect(await listener.https.status()).toMatchObject({
    state: 'failed',
    port: null,
    authority: null,
    fault: { code: 'vault-locked', advice: expect.stringContaining('Unlock') }
  })
  expect((await ask(port, rawPost(port, path))).status).toBe(202)
  isLocked = false
  expect(await listener.https.check()).toMatchObject({ state: 'listening', fault: null })
})

test('a certificate that is soon over is made anew by itself, by the same authority and for open connections’ successors', async () => {
  let at = Date.now() - 100 * dayMs
  const { listener, https, ca } = await openHttps({ at: () => at })
  expect(await tls(https, { ca: ca() })).toBe('CERT_HAS_EXPIRED')
  const before = ca()
  at = Date.now()
  expect(await listener.https.check()).toMatchObject({ state: 'listening', port: https })
  expect(ca()).toBe(before)
  const socket = connected(await tls(https, { ca: before }))
  const { valid_to: until } = socket.getPeerCertificate()
  expect((Date.parse(until) - at) / dayMs).toBeCloseTo(90, 0)
  socket.destroy()
  at = Date.now() + 720 * dayMs
  await listener.https.check()
  expect(ca()).not.toBe(before)
})

test('a host that came later is left out until there is a new authority, and that is said', async () => {
  const { listener, secrets, https, ca } = await openHttps()
  writeSettings(secrets.store.options, { hosts: ['hooks.example.test'] })
  const later = await listener.https.check()
  expect(later.authority).toMatchObject({ leftOut: ['hooks.example.test'], names: ['localhost', '127.0.0.1', '::1'] })
  const card = new X509Certificate(ca())
  expect(later.authority?.fingerprint).toBe(card.fingerprint256)
  const anew = await listener.https.renewAuthority()
  expect(anew.authority).toMatchObject({ leftOut: [], names: expect.arrayContaining(['hooks.example.test']) })
  expect(anew.authority?.fingerprint).not.toBe(card.fingerprint256)
  connected(await tls(https, { ca: ca(), servername: 'hooks.example.test' })).destroy()
})

test('it closes and opens with its setting, also where the engine has a thread of its own', async () => {
  const { listener, secrets, https, path, ca, port } = await openHttps({ inThread: true })
  const good = connected(await tls(https, { ca: ca() }))
  expect(await postOver(good, rawPost(https, path, 'x', ['Connection: close']))).toMatch(/^HTTP\/1.1 202/)
  writeSettings(secrets.store.options, { https: false })
  expect(await listener.https.check()).toMatchObject({ state: 'off', port: null })
  expect(await tls(https, { ca: ca() })).toBe('ECONNREFUSED')
  writeSettings(secrets.store.options, { https: true })
  expect(await listener.https.check()).toMatchObject({ state: 'listening', port: https })
  await listener.stop()
  expect(await listener.https.status()).toMatchObject({ state: 'waiting', port: null })
  expect(await listener.start({})).toMatchObject({ port })
  expect(await listener.https.status()).toMatchObject({ state: 'listening', port: https })
  listener.configure({ https: false })
  await expect.poll(async () => (await listener.https.status()).state).toBe('off')
  expect(readSettings(secrets.store.options).https).toBe(false)
})
