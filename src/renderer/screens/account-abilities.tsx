import { Anchor, Text, Title } from '@mantine/core'
import { IconBan, IconCheck, IconHelpCircle } from '@tabler/icons-react'
import type { ProviderCard } from '#shared/model/provider.ts'
import { Tone, type ToneMark } from '../parts/tone.tsx'

type Capability = ProviderCard['capabilities'][number]

const marks: Record<Capability['state'], ToneMark> = {
  can: { tone: 'green', icon: IconCheck, label: 'Can' },
  cannot: { tone: 'grey', icon: IconBan, label: 'Cannot' },
  untested: { tone: 'amber', icon: IconHelpCircle, label: 'Untested' }
}

/** What can be done at the provider, what cannot, and why. */
export function AccountAbilities({ provider }: { provider: ProviderCard }) {
  const all = [
    ...provider.kinds.flatMap(kind => abilitiesOf(kind, provider.kinds.length > 1)),
    ...provider.capabilities
  ]
  return (
    <section aria-label={`What ${provider.name} can do`}>
      <Title order={3} mb="xs">
        What {provider.name} can do
      </Title>
      <dl className="pb-facts pb-abilities">
        {all.map(({ id, label, state, reason }) => (
          <div key={id} style={{ display: 'contents' }}>
            <dt>
              <Tone {...marks[state]} />
            </dt>
            <dd>
              {label}
              {reason !== undefined && (
                <Text size="xs" c="dimmed">
                  {reason}
                </Text>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <Anchor href={provider.docsUrl} target="_blank" rel="noreferrer" size="sm" mt="sm" display="inline-block">
        Documentation of {provider.name}
      </Anchor>
    </section>
  )
}

/** in: isNamed: there are other kinds, so that it has to be said which one it is. */
function abilitiesOf(kind: ProviderCard['kinds'][number], isNamed: boolean): Capability[] {
  return [kind.create, kind.update, kind.remove].map(one => ({
    ...one,
    id: `${kind.id} ${one.id}`,
    label: isNamed ? `${kind.label}: ${one.label.charAt(0).toLowerCase()}${one.label.slice(1)}` : one.label
  }))
}
