import { expect, test } from 'vitest'
import { forkNode } from '../../src/main/base/child.ts'
import { createLog } from '../../src/main/base/log.ts'
import { openCore } from '../../src/main/core.ts'
import { createCli } from '../helpers/cli.ts'

test('what the command line writes is told to whoever watches the core of a window', async () => {
  const cli = await createCli()
  const core = await openCore({
    dataDir: cli.dataDir,
    vault: 'session',
    host: { about: 'window', abilities: [] },
    fork: forkNode,
    sandboxEntry: '',
    version: '0.0.0',
    log: createLog({})
  })
  const abort = new AbortController()
  try {
    const events = await core.client.app.watch(undefined, { signal: abort.signal })
    const told = (async () => {
      for await (const event of events) if (event.topic === 'accounts') return event
    })()
    const words = ['accounts', 'add', 'exotel', '--label', 'Told', '--set', 'appId=1', '--secrets-stdin']
    await cli.value(words, '{"appSecret":"s3cret-of-others"}')
    expect(await told).toMatchObject({ topic: 'accounts' })
    expect(await core.client.accounts.list()).toMatchObject([{ label: 'Told' }])
  } finally {
    abort.abort()
    await core.close()
    await core.close()
    await cli.remove()
  }
})
