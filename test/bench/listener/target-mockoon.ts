/** @mockoon/cli with one route, in a process of its own below this one. */
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { answerOrders } from './orders.ts'

const port = await freePort()
const file = join(process.argv[2] ?? '', 'mockoon.json')
const response = {
  uuid: 'r1',
  body: '',
  latency: 0,
  statusCode: 200,
  label: '',
  headers: [],
  bodyType: 'INLINE',
  filePath: '',
  databucketID: '',
  sendFileAsBody: false,
  rules: [],
  rulesOperator: 'OR',
  disableTemplating: false,
  fallbackTo404: false,
  default: true,
  crudKey: 'id',
  callbacks: []
}
const route = {
  uuid: 'u1',
  type: 'http',
  documentation: '',
  method: 'post',
  endpoint: 'hook',
  responses: [response],
  responseMode: null,
  streamingMode: null,
  streamingInterval: 0
}
const environment = {
  uuid: 'e1',
  lastMigration: 33,
  name: 'Bench',
  endpointPrefix: '',
  latency: 0,
  port,
  hostname: '127.0.0.1',
  folders: [],
  routes: [route],
  rootChildren: [{ type: 'route', uuid: 'u1' }],
  proxyMode: false,
  proxyHost: '',
  proxyRemovePrefix: false,
  tlsOptions: { enabled: false, type: 'CERT', pfxPath: '', certPath: '', keyPath: '', caPath: '', passphrase: '' },
  cors: false,
  headers: [],
  proxyReqHeaders: [],
  proxyResHeaders: [],
  data: [],
  callbacks: []
}
writeFileSync(file, JSON.stringify(environment))
const program = join(import.meta.dirname, 'peers/node_modules/@mockoon/cli/bin/run.js')
const child = spawn(process.execPath, [program, 'start', '--data', file, '--disable-log-to-file'], { stdio: 'ignore' })
process.once('exit', () => child.kill())
const url = `http://127.0.0.1:${port}/hook`
await answering(url)
answerOrders(url, {
  cpu: async () => ({}),
  memory: async () => ({ rssMb: Math.round(Number(residentKb(child.pid)) / 1_000) })
})

function residentKb(pid: number | undefined): string {
  return spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as AddressInfo
      server.close(() => resolve(free))
    })
  })
}

async function answering(address: string): Promise<void> {
  for (let triesLeft = 150; ; triesLeft--) {
    const answer = await fetch(address, { method: 'POST', body: 'x' }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    if (triesLeft === 0) throw new Error('mockoon does not answer')
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}
