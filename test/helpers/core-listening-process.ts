import { startListeningCore } from './core-listening.ts'

/** The whole core with its listener, in a process of its own, to be killed: `core-listening-process.ts DATA_DIR`. Prints port and path. */
const { port, path } = await startListeningCore(process.argv[2] ?? '')
process.stdout.write(`${JSON.stringify({ port, path })}\n`)
process.once('disconnect', () => process.exit())
