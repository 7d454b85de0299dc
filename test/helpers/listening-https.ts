import { readFileSync } from 'node:fs'
import { afterEach } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { authorityFileIn } from '../../src/main/listener/https/authority-file.ts'
import { writeSettings } from '../../src/main/listener/settings.ts'
import { createIdentities } from '../../src/main/methods/listener-https.ts'
import { listening, type SettingOptions } from './listening.ts'
import { openSecrets, type Secrets } from './secret-folder.ts'

/** Listeners with https, each over a passphrase file in its folder, gone when their test ends. */
export function listeningHttps() {
  const { folder, open } = listening()
  const opened: Secrets[] = []
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close()
  })

  /** Store and vault of a folder where https is on. */
  async function secretsIn(dataDir: string): Promise<Secrets> {
    const secrets = await openSecrets(dataDir)
    opened.push(secrets)
    writeSettings(secrets.store.options, { https: true })
    return secrets
  }

  /** in: at: what the clock of the certificates says. */
  async function openHttps(options: SettingOptions & { at?: () => number } = {}) {
    const dataDir = options.folder ?? folder()
    const secrets = await secretsIn(dataDir)
    const clock = { ...systemClock, now: options.at ?? (() => systemClock.now()) }
    const identities = createIdentities({ ...secrets, clock, dataDir })
    const setting = await open({ identities, ...options, folder: dataDir })
    const status = await setting.listener.https.status()
    const ca = () => readFileSync(authorityFileIn(dataDir), 'utf8')
    return { ...setting, dataDir, secrets, status, https: status.port ?? 0, ca }
  }

  return { folder, open, openHttps, secretsIn }
}
