import { parseArgs } from 'node:util'
import { systemClock } from '../base/clock.ts'
import { createExotelSimulator } from './exotel/simulator.ts'
import { createJframeworkSimulator } from './jframework/simulator.ts'
import type { Simulator } from './kit/simulator.ts'
import { createOcambaSimulator } from './ocamba/simulator.ts'
import { createOpentactSimulator } from './opentact/simulator.ts'
import { claimRunning, isSystemError } from './running.ts'
import { json, serveOnLoopback } from './server.ts'
import type { Handler, SandboxRequest } from './server.ts'
import { createTextMarksSimulator } from './textmarks/simulator.ts'

// The simulators' own program. It prints one JSON line, `ready` or `failed`, and ends with the process that started it.

const simulators: Record<string, (stateFile: string | undefined) => Simulator> = {
  ocamba: stateFile => createOcambaSimulator({ stateFile, clock: systemClock }),
  exotel: stateFile => createExotelSimulator({ stateFile, clock: systemClock }),
  jframework: stateFile => createJframeworkSimulator({ stateFile, clock: systemClock }),
  opentact: stateFile => createOpentactSimulator({ stateFile, clock: systemClock }),
  textmarks: stateFile => createTextMarksSimulator({ stateFile, clock: systemClock })
}

class Failure extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        provider: { type: 'string' },
        port: { type: 'string', default: '0' },
        'prefer-port': { type: 'string' },
        state: { type: 'string' },
        running: { type: 'string' }
      }
    })
    const { provider = '', port, state, running } = values
    const preferPort = values['prefer-port']
    const ports = preferPort === undefined ? [readPort(port)] : [readPort(preferPort), readPort(port)]
    return { provider, ports, state, running }
  } catch (error) {
    throw error instanceof Failure ? error : new Failure('bad-usage', String(error))
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Failure('bad-usage', 'a port is a number from 0 to 65535')
  return port
}

async function start() {
  const { provider, ports, state, running } = readArguments()
  const create = Object.hasOwn(simulators, provider) ? simulators[provider] : undefined
  if (!create) throw new Failure('bad-usage', `--provider must be one of: ${Object.keys(simulators).join(', ')}`)
  let handle: Handler = async () => ({ kind: 'reply', reply: json(503, { error: 'starting' }) })
  const health: Handler = async () => ({ kind: 'reply', reply: json(200, { ok: true, provider, pid: process.pid }) })
  const listening = await serveOnLoopback(request => (isHealth(request) ? health : handle)(request), ports)
  // Health is served before the claim, so that whoever reads the claim can tell at once whether its owner is alive.
  if (running !== undefined) {
    const other = await claimRunning(running, provider, { url: listening.url, pid: process.pid })
    if (other) throw new Failure('running-already', `the sandbox runs already at ${other.url}`)
  }
  const simulator = create(state)
  handle = simulator.handle
  const end = () => {
    listening.close()
    simulator.close()
    process.exit(0)
  }
  process.once('SIGTERM', end).once('SIGINT', end).once('disconnect', end)
  // Under Electron there is no such channel: a utility process ends with its parent.
  if (process.send !== undefined && !process.connected) return end()
  print({ ready: { provider, url: listening.url, pid: process.pid } })
}

function isHealth({ method, path }: SandboxRequest): boolean {
  return method === 'GET' && path === '/__sandbox/health'
}

function print(line: unknown): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function codeOf(error: unknown): string {
  if (error instanceof Failure) return error.code
  if (!isSystemError(error)) return 'failed'
  if (error.code === 'EADDRINUSE') return 'port-taken'
  if (error.syscall === 'listen' && error.code === 'EACCES') return 'port-forbidden'
  return ['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '') ? 'state-read-only' : 'failed'
}

start().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  process.stdout.write(`${JSON.stringify({ failed: { code: codeOf(error), message } })}\n`, () => process.exit(1))
})
