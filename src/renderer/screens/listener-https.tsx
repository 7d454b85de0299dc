import { Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconHourglass, IconLock, IconLockOff } from '@tabler/icons-react'
import { useState } from 'react'
import type { HttpsStatus } from '#shared/model/lab.ts'
import { Confirm } from '../parts/confirm.tsx'
import { CopyButton } from '../parts/copy-button.tsx'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { fullTime } from '../parts/times.ts'
import { Tone, type ToneMark } from '../parts/tone.tsx'
import { useAction } from '../state/action.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'
import { ListenerTrust } from './listener-trust.tsx'

const marks: Record<HttpsStatus['state'], ToneMark> = {
  off: { tone: 'grey', icon: IconLockOff, label: 'https is off' },
  waiting: { tone: 'amber', icon: IconHourglass, label: 'https waits for the listener or the vault' },
  elsewhere: { tone: 'green', icon: IconLock, label: 'https, where another Plugboard listens' },
  listening: { tone: 'green', icon: IconLock, label: 'https' },
  failed: { tone: 'red', icon: IconAlertTriangle, label: 'https failed' }
}

/** Whether https is open, and which certificate has to be trusted for it. */
export function ListenerHttps() {
  const stores = useStores()
  const status = useValue('listenerHttps')
  const reload = () => void stores.listenerHttps.getState().reload()
  if (!status || (status.state === 'off' && !status.authority)) return null
  const { authority } = status
  return (
    <Stack gap="xs" component="section" aria-label="https">
      <Group gap="xs">
        <Tone {...marks[status.state]} />
        {status.port !== null && (
          <Text size="sm">
            Port <span className="pb-mono">{status.port}</span>
          </Text>
        )}
      </Group>
      <FaultAlert fault={status.fault} />
      {authority && <Authority authority={authority} port={status.port} onChanged={reload} />}
    </Stack>
  )
}

type AuthorityProps = {
  authority: NonNullable<HttpsStatus['authority']>
  port: number | null
  onChanged: () => void
}

function Authority({ authority, port, onChanged }: AuthorityProps) {
  return (
    <>
      <Text size="sm">
        Senders on this computer accept it once this file is among the certificates that they trust. It is valid for
        these names only.
      </Text>
      <dl className="pb-facts">
        <dt>File</dt>
        <dd>
          <Group gap={6} wrap="nowrap">
            <span className="pb-mono pb-break">{authority.path}</span>
            <CopyButton value={authority.path} what="the path of the certificate" />
          </Group>
        </dd>
        <dt>Names</dt>
        <dd>{authority.names.join(', ')}</dd>
        <dt>Valid until</dt>
        <dd>{fullTime(authority.validUntilMs)}</dd>
        <dt>Fingerprint</dt>
        <dd className="pb-mono">{breakable(authority.fingerprint)}</dd>
        {authority.leftOut.length > 0 && (
          <>
            <dt>Left out</dt>
            <dd>{authority.leftOut.join(', ')}: they came later, and need a new certificate.</dd>
          </>
        )}
      </dl>
      <ListenerTrust path={authority.path} port={port} />
      <Renew onChanged={onChanged} />
    </>
  )
}

/** A fingerprint is compared byte by byte: a line ends between two of them. */
function breakable(fingerprint: string) {
  return fingerprint.split(':').map((byte, index) => (
    <span key={index}>
      {index > 0 && ':'}
      <wbr />
      {byte}
    </span>
  ))
}

function Renew({ onChanged }: { onChanged: () => void }) {
  const client = useClient()
  const [isAsking, setAsking] = useState(false)
  const renewing = useAction()
  const renew = async () => {
    if (!(await renewing.perform(() => client.listener.renewAuthority()))) return
    setAsking(false)
    onChanged()
  }
  return (
    <Group>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        Make a new certificate
      </Button>
      <Confirm
        opened={isAsking}
        title="Make a new certificate?"
        verb="Make it"
        busy={renewing.busy}
        fault={renewing.fault}
        onConfirm={() => void renew()}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">The old one is no longer used: whoever trusts it has to trust the new one instead.</Text>
      </Confirm>
    </Group>
  )
}
