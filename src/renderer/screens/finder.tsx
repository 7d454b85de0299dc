import { Kbd, Modal, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { found, type Find } from '../state/finds.ts'
import { go, hrefOf, screenName, screens } from '../state/route.ts'
import { useValue } from '../state/stores.ts'

/** Goes anywhere by name. */
export function Finder({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      size={520}
      padding={0}
      transitionProps={{ duration: 0 }}
      yOffset="12vh"
      centered={false}
    >
      <FinderList onClose={onClose} />
    </Modal>
  )
}

function FinderList({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const hits = found(useFinds(), text)
  const [first] = hits

  const openFirst = (event: React.SyntheticEvent) => {
    event.preventDefault()
    if (!first) return
    go(first.screen, first.id)
    onClose()
  }
  return (
    <search>
      <form onSubmit={openFirst}>
        <TextInput
          aria-label="Find a screen, an account or a profile"
          placeholder="Find a screen, an account or a profile"
          leftSection={<IconSearch size={17} aria-hidden />}
          rightSection={<Kbd size="xs">Esc</Kbd>}
          rightSectionWidth={52}
          size="md"
          variant="unstyled"
          px="xs"
          value={text}
          onChange={event => setText(event.currentTarget.value)}
          autoComplete="off"
          onKeyDown={moveFocus}
          ref={focusOnceShown}
        />
      </form>
      <div className="pb-finder">
        {hits.map(find => (
          <a
            key={find.key}
            href={hrefOf(find.screen, find.id)}
            className="pb-find"
            onClick={onClose}
            onKeyDown={moveFocus}
          >
            <span>{find.label}</span>
            <Text span size="xs" c="dimmed">
              {find.about}
            </Text>
          </a>
        ))}
        {hits.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            Nothing here has that name.
          </Text>
        )}
      </div>
    </search>
  )
}

/** At once, so that no letter is lost that is typed while the list appears. */
function focusOnceShown(input: HTMLInputElement | null) {
  input?.focus()
}

/** The arrow keys go through the input and what was found. */
function moveFocus(event: React.KeyboardEvent<HTMLElement>) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const stops = [...(event.currentTarget.closest('search')?.querySelectorAll<HTMLElement>('input, a') ?? [])]
  const at = stops.findIndex(stop => stop === document.activeElement)
  stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus()
  event.preventDefault()
}

function useFinds(): Find[] {
  const accounts = useValue('accounts') ?? []
  const profiles = useValue('profiles') ?? []
  const labels = new Map(accounts.map(account => [account.id, account.label]))
  return [
    ...screens.map(screen => ({
      key: screen,
      label: screenName(screen),
      about: 'Screen',
      screen
    })),
    ...accounts.map(({ id, label }) => ({ key: id, label, about: 'Account', screen: 'accounts' as const, id })),
    ...profiles.map(({ id, title, accountId }) => ({
      key: id,
      label: title,
      about: `Profile, ${labels.get(accountId) ?? ''}`,
      screen: 'profiles' as const,
      id
    }))
  ]
}
