import { Anchor, Button, Group, Radio, Stack, Text } from '@mantine/core'
import { IconFlask } from '@tabler/icons-react'
import { useState } from 'react'
import type { ProviderCard } from '#shared/model/provider.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { Note } from '../parts/note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { useValue } from '../state/stores.ts'
import { AccountForm } from './account-form.tsx'
import { useSandbox, useSandboxProviders } from './use-sandbox.ts'

type Props = { onClose: () => void; onAdded: (id: string) => void }

/** First the provider, then the form that its card describes. */
export function AccountAdd({ onClose, onAdded }: Props) {
  const providers = useValue('providers') ?? []
  const [picked, setPicked] = useState<string>()
  const [only] = providers
  const provider = providers.find(card => card.id === picked) ?? (providers.length === 1 ? only : undefined)
  const hasSandbox = useSandboxProviders().some(card => card.id === provider?.id)
  return (
    <SidePanel title="Add an account" under="Nothing is changed at the provider." onClose={onClose}>
      <Stack gap="lg">
        <ProviderPicker providers={providers} value={provider?.id} onChange={setPicked} />
        {provider && hasSandbox && (
          <SandboxOffer key={`sandbox ${provider.id}`} provider={provider} onAdded={onAdded} />
        )}
        {provider && <AccountForm key={provider.id} provider={provider} onSaved={account => onAdded(account.id)} />}
        {!provider && (
          <Group>
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
          </Group>
        )}
      </Stack>
    </SidePanel>
  )
}

/** The same without an account at the provider. */
function SandboxOffer({ provider, onAdded }: { provider: ProviderCard; onAdded: (id: string) => void }) {
  const { start, busy, fault } = useSandbox()
  const use = async () => {
    const account = await start(provider.id)
    if (account) onAdded(account.id)
  }
  return (
    <Stack gap="xs">
      <Note tone="grey" icon={IconFlask} title={`No account at ${provider.name} at hand?`}>
        <Text size="sm">The sandbox is a pretend {provider.name} on this computer. It sends nothing anywhere.</Text>
        <Button variant="default" size="compact-sm" mt={8} loading={busy} onClick={() => void use()}>
          Use the built-in sandbox
        </Button>
      </Note>
      <FaultAlert fault={fault} />
    </Stack>
  )
}

type PickerProps = { providers: ProviderCard[]; value: string | undefined; onChange: (id: string) => void }

function ProviderPicker({ providers, value, onChange }: PickerProps) {
  return (
    <Radio.Group label="Provider" value={value ?? ''} onChange={onChange}>
      <Stack gap={6} mt={6}>
        {providers.map(card => (
          <Radio.Card key={card.id} value={card.id} p="xs" radius="md" className="pb-choice" aria-label={card.name}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator mt={2} />
              <div>
                <Text size="sm" fw={600}>
                  {card.name}
                </Text>
                <Text size="xs" c="dimmed">
                  {card.about}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </Stack>
      {providers
        .filter(card => card.id === value)
        .map(card => (
          <Anchor
            key={card.id}
            href={card.docsUrl}
            target="_blank"
            rel="noreferrer"
            size="sm"
            mt={6}
            display="inline-block"
          >
            Documentation of {card.name}
          </Anchor>
        ))}
    </Radio.Group>
  )
}
