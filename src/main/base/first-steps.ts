import type { Client } from '#shared/contract/index.ts'
import type { AppInfo } from '#shared/model/app.ts'
import { reportOf, sentenceOf } from './fault-report.ts'

/** What a host does once when it has opened: the listener, and on wish the sandbox. `tell` gets a line for the person. */
export type FirstSteps = { client: Client; sandbox: boolean; tell: (line: string) => void }

/** Starts the listener (and the sandbox). A fault is told and never stops the host: the page shows the state. */
export async function takeFirstSteps({ client, sandbox, tell }: FirstSteps): Promise<void> {
  if (sandbox) await attempt(tell, () => startSandbox(client, tell))
  await attempt(tell, () => startListener(client, sandbox, tell))
}

/** Says where secrets are kept, or that no place is chosen. */
export function vaultLine(info: Pick<AppInfo, 'vault' | 'vaultFault'>): string {
  if (info.vault === null) return 'No place for secrets is chosen yet: choose one on the welcome screen.'
  const place = {
    keychain: 'Secrets are kept in the keychain of the system.',
    file: 'Secrets are kept in a file that a passphrase protects.',
    session: 'Secrets are kept for this session only and forgotten at its end.'
  }[info.vault]
  return info.vaultFault ? `${place} ${sentenceOf(info.vaultFault)}` : place
}

async function startSandbox(client: Client, tell: FirstSteps['tell']): Promise<void> {
  if ((await client.app.info()).vault === null) {
    await client.vaults.choose({ driver: 'session' })
    tell('The sandbox needs no lasting secrets: the vault of this session was chosen.')
  }
  const account = await client.sandbox.start({ provider: 'exotel' })
  tell(`The sandbox runs; its account is "${account.label}".`)
}

async function startListener(client: Client, anyPort: boolean, tell: FirstSteps['tell']): Promise<void> {
  try {
    await client.listener.start({})
  } catch (error) {
    if (!anyPort || reportOf(error)?.code !== 'port-taken') throw error
    await client.listener.start({ port: 0 })
    tell('The usual port of the listener is taken; it uses a free one.')
  }
}

async function attempt(tell: FirstSteps['tell'], step: () => Promise<void>): Promise<void> {
  try {
    await step()
  } catch (error) {
    const report = reportOf(error)
    if (report === undefined) throw error
    tell(sentenceOf(report))
  }
}
