import type { Command } from 'commander'
import type { HttpsStatus } from '#shared/model/lab.ts'
import type { Action } from '../main.ts'
import { collect } from '../options.ts'
import { timeText } from '../table.ts'
import { setSettings, showStatus, type SettingOptions } from './listener-settings.ts'

export function addListener(program: Command, run: (action: Action) => void): void {
  const noun = program.command('listener').description('how the listener is reached, and what it keeps')
  noun
    .command('status')
    .description('whether it runs, where, and how much it has caught')
    .action(() => run(showStatus))
  noun
    .command('settings')
    .description('how long callbacks are kept, and for which hosts it answers; pinned ones always stay')
    .option('--keep-days <n>', 'none that is older; off: no limit')
    .option('--keep-count <n>', 'so many; the oldest go first; off: no limit')
    .option('--keep-bytes <n>', 'so much space for all of them; off: no limit')
    .option(
      '--host <name>',
      'also answers for this name in the Host header, that of a tunnel (repeatable)',
      collect,
      []
    )
    .option('--without-host <name>', 'no longer for this one (repeatable)', collect, [])
    .action((options: SettingOptions) => run(setSettings(options)))
  const https = noun
    .command('https')
    .description('https beside http, with a certificate authority of this computer: on, off, or how it stands')
    .action(() => run(show(statusText)))
  https
    .command('on')
    .description('from now on, also after a restart')
    .action(() => run(turn(true)))
  https
    .command('off')
    .description('http alone')
    .action(() => run(turn(false)))
  https
    .command('ca')
    .description('where the authority’s certificate is, and how to trust it')
    .option('--new', 'make a new one; whoever trusted the old one has to trust the new one')
    .action((options: { new?: boolean }) => run(options.new ? renew : show(wholeText)))
}

function turn(https: boolean): Action {
  return async context => {
    const { client } = (await context.open({ secrets: https })).core
    await client.listener.configure({ https })
    const status = await client.listener.https()
    if (!https) return { value: status, text: 'The listener takes http alone.' }
    const first = 'The listener takes https beside http, from its next start or at once where it runs.'
    return { value: status, text: [first, ...wholeText(status)].join('\n') }
  }
}

function show(textOf: (status: HttpsStatus) => string[]): Action {
  return async context => {
    const status = await (await context.open()).core.client.listener.https()
    return { value: status, text: textOf(status).join('\n') }
  }
}

const renew: Action = async context => {
  const { client } = (await context.open({ secrets: true })).core
  const status = await client.listener.renewAuthority()
  return { value: status, text: wholeText(status).join('\n') }
}

function wholeText(status: HttpsStatus): string[] {
  return [...statusText(status), ...trustText(status)]
}

function statusText({ state, port, authority, fault }: HttpsStatus): string[] {
  const where = state === 'elsewhere' ? ', where another Plugboard listens' : ''
  const lines = [`https: ${port === null ? state : `https://localhost:${port}${where}`}`]
  if (fault) lines.push(`${fault.message}. ${fault.advice}`)
  if (!authority) return [...lines, 'There is no certificate authority yet: it is made when https first opens.']
  lines.push(
    `authority: ${authority.path}`,
    `SHA-256: ${authority.fingerprint}`,
    `valid until ${timeText(authority.validUntilMs)}, for ${authority.names.join(', ')} alone`
  )
  if (authority.leftOut.length > 0) {
    lines.push(
      `Not for ${authority.leftOut.join(', ')}, which came later: "listener https ca --new" makes one that is.`
    )
  }
  return lines
}

/** What to type, so that a sender on this computer believes the listener. */
function trustText({ authority }: HttpsStatus): string[] {
  if (!authority) return []
  const file = `"${authority.path}"`
  return [
    '',
    'To trust it, for one program (nothing else changes):',
    `  curl     curl --cacert ${file} https://localhost:PORT/in/KEY`,
    `  Node     NODE_EXTRA_CA_CERTS=${file} node your-program.js`,
    `  Python   REQUESTS_CA_BUNDLE=${file} (requests) or SSL_CERT_FILE=${file}`,
    'For everything that you run:',
    `  macOS    security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${file}`,
    `  Windows  certutil -user -addstore Root ${file}`,
    `  Debian   sudo cp ${file} /usr/local/share/ca-certificates/plugboard.crt && sudo update-ca-certificates`,
    `  Fedora   sudo cp ${file} /etc/pki/ca-trust/source/anchors/plugboard.pem && sudo update-ca-trust`,
    'Firefox keeps a list of its own: Settings, Certificates, Authorities, Import. How to undo it: docs/https.md.'
  ]
}
