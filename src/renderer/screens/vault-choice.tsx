import { Group, PasswordInput, Radio, Skeleton, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconLock } from '@tabler/icons-react'
import type { VaultDriver } from '#shared/model/account.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import type { FaultReport } from '#shared/faults.ts'
import { shortestPassphrase } from '#shared/model/passphrase.ts'
import { Fragment } from 'react'
import { Tone, type ToneMark } from '../parts/tone.tsx'
import { isInUse, isUsable, needsPassphrase } from '../state/vaults.ts'

type Props = {
  vaults: VaultStatus[] | undefined
  driver: VaultDriver | undefined
  onChange: (driver: VaultDriver) => void
  passphrase: string
  onPassphrase: (passphrase: string) => void
  /** What went wrong with the choice: what is about the passphrase is said beside it. */
  fault?: FaultReport | undefined
}

/** Where secrets shall live: each place with its state, and with advice where it does not work. */
export function VaultChoice({ vaults, driver, onChange, passphrase, onPassphrase, fault }: Props) {
  if (!vaults) return <Skeleton height={190} />
  return (
    <Radio.Group
      label="Where should passwords and keys be kept?"
      description="They are kept there and nowhere else: not in the database, not in logs, not in this page."
      value={driver ?? ''}
      onChange={value => onChange(value as VaultDriver)}
      styles={{ label: { fontSize: 15, fontWeight: 600 } }}
    >
      <Stack gap="xs" mt="sm">
        {vaults.map(vault => (
          <Fragment key={vault.driver}>
            <VaultCard vault={vault} />
            {vault.driver === driver && needsPassphrase(vault) && (
              <PasswordInput
                label="Passphrase"
                description={`For a new file: ${shortestPassphrase} characters or more. Plugboard cannot restore a forgotten passphrase.`}
                error={fault?.field === 'passphrase' && fault.message}
                value={passphrase}
                onChange={event => onPassphrase(event.currentTarget.value)}
                autoComplete="off"
                mb="xs"
                required
              />
            )}
          </Fragment>
        ))}
      </Stack>
    </Radio.Group>
  )
}

const works: ToneMark = { tone: 'green', icon: IconCheck, label: 'Works here' }
const inUse: ToneMark = { tone: 'green', icon: IconCheck, label: 'In use' }
const asks: ToneMark = { tone: 'amber', icon: IconLock, label: 'Needs a passphrase' }
const broken: ToneMark = { tone: 'grey', icon: IconAlertTriangle, label: 'Not available' }

function VaultCard({ vault }: { vault: VaultStatus }) {
  const isOpen = isUsable(vault)
  const mark = isInUse(vault) ? inUse : vault.fault === null ? works : isOpen ? asks : broken
  return (
    <Radio.Card
      value={vault.driver}
      disabled={!isOpen}
      p="sm"
      radius="md"
      className="pb-choice"
      aria-label={vault.label}
    >
      <Group wrap="nowrap" align="flex-start" gap="sm">
        <Radio.Indicator disabled={!isOpen} mt={2} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group justify="space-between" gap="sm">
            <Text size="sm" fw={600}>
              {vault.label}
            </Text>
            <Tone {...mark} />
          </Group>
          <Text size="sm" c="dimmed">
            {vault.about}
          </Text>
          {vault.fault && !isOpen && (
            <Text size="xs" mt={4} className="pb-break">
              {vault.fault.message}. {vault.fault.advice}
            </Text>
          )}
        </div>
      </Group>
    </Radio.Card>
  )
}
