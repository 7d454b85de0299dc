/**
 * The load generator, a process of its own: `load.ts URL JSON`. `{connections, bytes, seconds}`: each connection sends the next
 * request when the last one was answered. With `rate`: so many a second whatever comes back, latency from when it was due. With
 * `count`: so many in all. out: one JSON line.
 */
import { connect, type Socket } from 'node:net'

type Order = { connections: number; bytes: number; seconds?: number; rate?: number; count?: number }

const url = new URL(process.argv[2] ?? '')
const order = JSON.parse(process.argv[3] ?? '{}') as Order
const body = JSON.stringify({ event: 'message', text: 'a plain text of a message, as they come. '.repeat(100) })
const request = Buffer.from(
  [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    'Content-Type: application/json',
    'User-Agent: load/1',
    'Accept: */*',
    'X-Signature: 0123456789abcdef0123456789abcdef0123456789abcdef',
    `Content-Length: ${order.bytes}`,
    '',
    body.slice(0, order.bytes - 2).padEnd(order.bytes - 2, 'x') + '"}'
  ].join('\r\n')
)

const latencies: number[] = []
const statuses: Record<string, number> = {}
let started = 0
let sent = 0
let isOver = false

type Lane = { socket: Socket; dueAt: number[] }

async function openLane(): Promise<Lane> {
  const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true })
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  const lane: Lane = { socket, dueAt: [] }
  let rest = Buffer.alloc(0)
  socket.on('data', chunk => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let size = sizeOfAnswer(rest); size > 0; size = sizeOfAnswer(rest)) {
      note(rest.toString('latin1', 9, 12))
      rest = rest.subarray(size)
      latencies.push(performance.now() - (lane.dueAt.shift() ?? 0))
      onAnswer(lane)
    }
  })
  socket.on('error', error => note(error.message))
  socket.on('close', () => {
    if (isOver) return
    note('closed')
    isOver = lanes.every(each => each.socket.destroyed)
    if (isOver) finish()
  })
  return lane
}

const endOfHead = '\r\n\r\n'
const lastChunk = '\r\n0\r\n\r\n'

/** Bytes of the first whole answer in here; 0: there is none. */
function sizeOfAnswer(bytes: Buffer): number {
  const end = bytes.indexOf(endOfHead)
  if (end === -1) return 0
  const head = bytes.toString('latin1', 0, end)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head)) {
    const last = bytes.indexOf(lastChunk, end + 2)
    return last === -1 ? 0 : last + lastChunk.length
  }
  const size = end + endOfHead.length + Number(length ?? 0)
  return size <= bytes.length ? size : 0
}

function note(status: string): void {
  statuses[status] = (statuses[status] ?? 0) + 1
}

function send(lane: Lane, dueAt: number): void {
  sent += 1
  lane.dueAt.push(dueAt)
  lane.socket.write(request)
}

let onAnswer: (lane: Lane) => void = () => undefined
const lanes = await Promise.all(Array.from({ length: order.connections }, openLane))
started = performance.now()
const { promise: done, resolve: finish } = Promise.withResolvers<void>()
if (order.rate === undefined) closedLoop()
else openLoop(order.rate)
await done
isOver = true
const elapsedMs = performance.now() - started
for (const { socket } of lanes) socket.destroy()
latencies.sort((a, b) => a - b)
const at = (share: number) =>
  +(latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0).toFixed(2)
const perSecond = Math.round((latencies.length / elapsedMs) * 1_000)
console.log(
  JSON.stringify({ perSecond, p50: at(0.5), p99: at(0.99), max: at(1), answered: latencies.length, statuses })
)

function closedLoop(): void {
  const ends = started + (order.seconds ?? Number.POSITIVE_INFINITY) * 1_000
  const most = order.count ?? Number.POSITIVE_INFINITY
  onAnswer = lane => {
    const now = performance.now()
    if (now < ends && sent < most) send(lane, now)
    else if (latencies.length >= sent) finish()
  }
  for (const lane of lanes) send(lane, performance.now())
}

function openLoop(rate: number): void {
  const all = rate * (order.seconds ?? 1)
  onAnswer = () => {
    if (latencies.length >= all) finish()
  }
  const free = () => lanes.reduce((best, lane) => (lane.dueAt.length < best.dueAt.length ? lane : best))
  const timer = setInterval(() => {
    const due = Math.min(all, Math.floor(((performance.now() - started) / 1_000) * rate))
    while (sent < due) send(free(), started + (sent / rate) * 1_000)
    if (sent >= all) clearInterval(timer)
  }, 1)
}
