import { Button, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import type { VaultStatus } from '#shared/model/app.ts'
import { Confirm } from '../parts/confirm.tsx'
import { counted } from '../parts/times.ts'
import type { Action } from '../state/action.ts'
import { useClient } from '../state/stores.ts'
import { movedText } from '../state/vaults.ts'

type Props = {
  target: VaultStatus
  /** How many secrets are elsewhere. */
  count: number
  isReady: boolean
  passphrase: string | undefined
  acting: Action
  /** Whatever came of it: the passphrase is not needed any more. */
  onSent: () => void
  onDone: () => void
}

/** Takes all secrets along to another vault, once that was confirmed. What goes wrong is said where a passphrase can be entered again. */
export function VaultMove({ target, count, isReady, passphrase, acting, onSent, onDone }: Props) {
  const client = useClient()
  const [isAsking, setAsking] = useState(false)
  const isLasting = target.driver !== 'session'
  const secrets = counted(count, 'secret')

  const move = async () => {
    const moved = await acting.perform(() =>
      client.vaults.move({ to: target.driver, ...(passphrase !== undefined && { passphrase }) })
    )
    onSent()
    setAsking(false)
    if (!moved) return
    onDone()
    notifications.show({ message: movedText(moved, target.label), color: 'enamel' })
  }
  return (
    <>
      <Button disabled={!isReady} onClick={() => setAsking(true)}>
        Move {secrets} there
      </Button>
      <Confirm
        opened={isAsking}
        title={`Move ${secrets} to “${target.label}”?`}
        verb="Move"
        isDangerous={!isLasting}
        busy={acting.busy}
        onConfirm={() => void move()}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">
          Each is copied, read back and compared. Only when all of them are there is this vault used, and only then are
          they deleted where they were. If anything fails, everything stays as it is.
        </Text>
        {!isLasting && (
          <Text size="sm" mt="sm" fw={600}>
            They are forgotten when Plugboard closes, and have to be entered again.
          </Text>
        )}
      </Confirm>
    </>
  )
}
