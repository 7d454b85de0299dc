import { Kbd, Stack, Title } from '@mantine/core'
import { useOs } from '@mantine/hooks'
import { screenName } from '../state/route.ts'
import { callbackKeys } from './callback-keys.ts'
import { letters } from './shortcuts.ts'

/** What the keys do while no text is typed. */
export function ShortcutList() {
  const mod = useOs() === 'macos' ? '⌘' : 'Ctrl'
  const screens = Object.entries(letters).map(([letter, screen]) => ({
    keys: ['g', letter],
    about: screenName(screen)
  }))
  return (
    <Stack gap="md">
      <Keys
        title="Everywhere"
        shortcuts={[
          { keys: [mod, 'K'], about: 'Find a screen, an account or a profile' },
          ...screens,
          { keys: ['Esc'], about: 'Close what is on top' }
        ]}
      />
      <Keys title="On Callbacks" shortcuts={callbackKeys.map(({ key, about }) => ({ keys: [key], about }))} />
    </Stack>
  )
}

type Shortcut = { keys: string[]; about: string }

function Keys({ title, shortcuts }: { title: string; shortcuts: Shortcut[] }) {
  return (
    <section aria-label={title}>
      <Title order={3} mb={6}>
        {title}
      </Title>
      <dl className="pb-facts">
        {shortcuts.map(({ keys, about }) => (
          <div key={about} style={{ display: 'contents' }}>
            <dt>
              {keys.map(key => (
                <span key={key}>
                  <Kbd>{key}</Kbd>{' '}
                </span>
              ))}
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
