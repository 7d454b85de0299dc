import { Text } from '@mantine/core'
import { CopyButton } from '../parts/copy-button.tsx'

type Way = { who: string; command: string }

/** What is typed so that a sender believes the listener: first for one program, then for everything that a person runs. */
function waysOf(path: string, port: number | null): { one: Way[]; all: Way[] } {
  const file = `"${path}"`
  return {
    one: [
      { who: 'curl', command: `curl --cacert ${file} https://localhost:${port ?? 'PORT'}/in/KEY` },
      { who: 'Node', command: `NODE_EXTRA_CA_CERTS=${file} node your-program.js` },
      { who: 'Python', command: `REQUESTS_CA_BUNDLE=${file} python your_program.py` },
      { who: 'Go, Ruby, PHP', command: `SSL_CERT_FILE=${file} your-program` }
    ],
    all: [
      {
        who: 'macOS',
        command: `security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db ${file}`
      },
      { who: 'Windows', command: `certutil -user -addstore Root ${file}` },
      {
        who: 'Debian, Ubuntu',
        command: `sudo cp ${file} /usr/local/share/ca-certificates/plugboard.crt && sudo update-ca-certificates`
      },
      {
        who: 'Fedora, RHEL',
        command: `sudo cp ${file} /etc/pki/ca-trust/source/anchors/plugboard.pem && sudo update-ca-trust`
      }
    ]
  }
}

/** How senders come to trust the certificate. Plugboard changes nothing of that by itself. */
export function ListenerTrust({ path, port }: { path: string; port: number | null }) {
  const { one, all } = waysOf(path, port)
  return (
    <details>
      <summary>How to trust it</summary>
      <Text size="sm" mt={6}>
        For one program; nothing else on this computer changes:
      </Text>
      <Ways ways={one} />
      <Text size="sm" mt={10}>
        For everything that you run. Compare the fingerprint that your system shows with the one above:
      </Text>
      <Ways ways={all} />
      <Text size="sm" mt={10}>
        Firefox keeps a list of its own: Settings, Certificates, Authorities, Import. To stop trusting it, remove it
        from the same list. The listener speaks HTTP/1.1 only, also over https.
      </Text>
    </details>
  )
}

function Ways({ ways }: { ways: Way[] }) {
  return (
    <dl className="pb-facts" style={{ marginTop: 4, fontSize: 13 }}>
      {ways.map(({ who, command }) => (
        <div key={who} style={{ display: 'contents' }}>
          <dt>{who}</dt>
          <dd style={{ display: 'flex', gap: 6, alignItems: 'flex-start' }}>
            <span className="pb-mono" style={{ flex: 1 }}>
              {command}
            </span>
            <CopyButton value={command} what={`the command for ${who}`} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
