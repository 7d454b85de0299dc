import { Anchor, Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ProviderCard } from '#shared/model/provider.ts'
import { SidePanel } from '../parts/side-panel.tsx'
import { useValue } from '../state/stores.ts'
import { AccountForm } from './account-form.tsx'

type Props = { onClose: () => void; onAdded: (id: string) => void }

/** First the provider, then the form that its card describes. */
export function AccountAdd({ onClose, onAdded }: Props) {
  const providers = useValue('providers') ?? []
  const [picked, setPicked] = useState<string>()
  const [only] = providers
  const provider = providers.find(card => card.id === picked) ?? (providers.length === 1 ? only : undefined)
  return (
    <SidePanel title="Add an account" under="Nothing is changed at the provider." onClose={onClose}>
      <Stack gap="lg">
        <ProviderPicker providers={providers} value={provider?.id} onChange={setPicked} />
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

type PickerProps = { providers: ProviderCard[]; value: string | undefined; onChange: (id: string) => void }

function ProviderPicker({ providers, value, onChange }: PickerProps) {
  return (
    <Radio.Group label="Provider" value={value ?? ''} onChange={onChange}>
      <Stack gap="xs" mt={6}>
        {providers.map(card => (
          <Radio.Card key={card.id} value={card.id} p="sm" radius="md" className="pb-choice" aria-label={card.name}>
            <Group wrap="nowrap" align="flex-start" gap="sm">
              <Radio.Indicator mt={2} />
              <div>
                <Text size="sm" fw={600}>
                  {card.name}
                </Text>
                <Text size="sm" c="dimmed">
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
