import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '../../..')

/**
 * Builds the target that is Plugboard, as the app is built: source that runs as it stands takes memory and time at its start that no
 * installed app takes. out: the program's path, below `node_modules`, where the dependencies are found.
 */
export async function buildPlugboard(): Promise<string> {
  const outDir = join(root, 'node_modules/.cache/plugboard-bench')
  const input = {
    plugboard: join(import.meta.dirname, 'target-plugboard.ts'),
    'listener-thread': join(root, 'src/main/listener/engine/thread-main.ts')
  }
  const output = { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' } as const
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: { ssr: true, target: 'node22', outDir, emptyOutDir: true, rolldownOptions: { input, output } }
  })
  return join(outDir, 'plugboard.js')
}
