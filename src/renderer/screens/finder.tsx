import { Kbd, Modal, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { go, screens, type Screen } from '../state/route.ts'
import { useValue } from '../state/stores.ts'

type Find = { key: string; label: string; about: string; screen: Screen; id?: string }

const limit = 9

/** The finds whose label or description holds every word, those that begin with the text first. */
export function found(all: Find[], text: string): Find[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const hits = all.filter(find => words.every(word => `${find.label} ${find.about}`.toLowerCase().includes(word)))
  const isFirst = (find: Find) => Number(find.label.toLowerCase().startsWith(text.toLowerCase()))
  return hits.sort((one, other) => isFirst(other) - isFirst(one)).slice(0, limit)
}

/** Goes anywhere by name. */
export function Finder({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      withCloseButton={false}
      size={520}
      padding={0}
      yOffset="12vh"
      centered={false}
    >
      <FinderList onClose={onClose} />
    </Modal>
  )
}

function FinderList({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const hits = found(useFinds(), text)
  const at = Math.min(chosen, hits.length - 1)

  const open = (find: Find | undefined) => {
    if (!find) return
    go(find.screen, find.id)
    onClose()
  }
  const press = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, hits.length - 1))
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0))
    else if (event.key === 'Enter') open(hits[at])
    else return
    event.preventDefault()
  }

  return (
    <div>
      <TextInput
        aria-label="Find a screen, an account or a profile"
        placeholder="Find a screen, an account or a profile"
        role="combobox"
        aria-expanded
        aria-controls="finder-list"
        aria-activedescendant={hits[at] ? `finder-${hits[at].key}` : undefined}
        leftSection={<IconSearch size={17} aria-hidden />}
        rightSection={<Kbd size="xs">Esc</Kbd>}
        rightSectionWidth={52}
        size="md"
        variant="unstyled"
        px="xs"
        value={text}
        onChange={event => {
          setText(event.currentTarget.value)
          setChosen(0)
        }}
        onKeyDown={press}
        data-autofocus
      />
      <div id="finder-list" role="listbox" aria-label="Found" className="pb-finder">
        {hits.map((find, index) => (
          <button
            key={find.key}
            id={`finder-${find.key}`}
            type="button"
            role="option"
            aria-selected={index === at}
            tabIndex={-1}
            className="pb-find"
            onClick={() => open(find)}
            onPointerMove={() => setChosen(index)}
          >
            <span>{find.label}</span>
            <Text span size="xs" c="dimmed">
              {find.about}
            </Text>
          </button>
        ))}
        {hits.length === 0 && (
          <Text size="sm" c="dimmed" p="sm">
            Nothing here has that name.
          </Text>
        )}
      </div>
    </div>
  )
}

function useFinds(): Find[] {
  const accounts = useValue('accounts') ?? []
  const profiles = useValue('profiles') ?? []
  const labels = new Map(accounts.map(account => [account.id, account.label]))
  return [
    ...screens.map(screen => ({
      key: screen,
      label: `${screen.charAt(0).toUpperCase()}${screen.slice(1)}`,
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
