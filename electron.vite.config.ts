import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const root = import.meta.dirname

/**
 * main: the four doors, and the programs that run in processes of their own (simulators, keychain calls) or a thread (the listener). preload: one CommonJS file, because a sandboxed
 * renderer's preload cannot load modules. renderer: the page that every host shows.
 */
export default defineConfig({
  main: {
    build: {
      externalizeDeps: true,
      rolldownOptions: {
        input: {
          index: resolve(root, 'src/main/index.ts'),
          web: resolve(root, 'src/main/web.ts'),
          cli: resolve(root, 'src/main/cli.ts'),
          start: resolve(root, 'src/main/start.ts'),
          sandbox: resolve(root, 'src/main/sandbox/main.ts'),
          'listener-thread': resolve(root, 'src/main/listener/engine/thread-main.ts'),
          'keychain-process': resolve(root, 'src/main/vault/drivers/keychain-process.ts')
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' }
      }
    }
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(root, 'src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    plugins: [react()],
    build: {
      minify: true,
      chunkSizeWarningLimit: 1500,
      rolldownOptions: { input: { index: resolve(root, 'src/renderer/index.html') } }
    }
  }
})
