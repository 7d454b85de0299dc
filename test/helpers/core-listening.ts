import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallbackDetail, CallbackSummary } from '../../src/shared/model/callback.ts'
import type { Core } from '../../src/main/core.ts'
import { openCoreOn } from './core-child.ts'

export type ListeningCore = {
  core: Core
  dataDir: string
  port: number
  path: string
  /** All that came after this id, oldest first. */
  since(id: number): Promise<CallbackSummary[]>
  detail(id: number): Promise<CallbackDetail>
  newestId(): Promise<number>
  close(): Promise<void>
}

/** The whole core with its listener open, on a folder of its own or on the one that is given (which then stays). */
export async function startListeningCore(folder?: string): Promise<ListeningCore> {
  const dataDir = folder ?? (await mkdtemp(join(tmpdir(), 'plugboard-listening-')))
  const core = await openCoreOn(dataDir)
  const { client } = core
  const endpoint = (await client.endpoints.list())[0] ?? (await client.endpoints.add({ label: 'Main' }))
  const { port } = await client.listener.start({ port: 0 })

  async function since(id: number): Promise<CallbackSummary[]> {
    const rows: CallbackSummary[] = []
    for (let beforeId: number | undefined; ; beforeId = rows.at(-1)?.id) {
      const page = await client.callbacks.list({ limit: 1_000, ...(beforeId !== undefined && { beforeId }) })
      const newer = page.filter(row => row.id > id)
      rows.push(...newer)
      if (newer.length < 1_000) return rows.toReversed()
    }
  }

  return {
    core,
    dataDir,
    port: port ?? 0,
    path: `/in/${endpoint.key}`,
    since,
    detail: id => client.callbacks.get({ id }),
    newestId: async () => (await client.callbacks.list({ limit: 1 }))[0]?.id ?? 0,
    async close() {
      await core.close()
      if (folder === undefined) await rm(dataDir, { recursive: true, force: true })
    }
  }
}
