import { Button, Group, Popover, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilter, IconPlayerPause, IconPlayerPlay, IconSearch, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { filterQuery } from '../state/callbacks-filter.ts'
import { useRoute } from '../state/route.ts'
import { useStores, useValue } from '../state/stores.ts'
import { CallbackFilterForm } from './callback-filter-form.tsx'
import { filterWords } from './callback-filter-words.ts'
import { filterBy } from './callback-route.ts'

/** What the list shows: words, a form for everything else, and each part of the filter to be taken off again. */
export function CallbackFilters() {
  const { query } = useRoute()
  const accounts = useValue('accounts')
  const endpoints = useValue('endpoints')
  const providers = useValue('providers')
  const [isOpen, setOpen] = useState(false)
  const { search: _words, ...others } = filterQuery(query)
  const names = { accounts, endpoints, providers }
  return (
    <Group gap="xs" style={{ flex: 1, minWidth: 0 }}>
      <Search words={query['search'] ?? ''} />
      <Popover
        opened={isOpen}
        onChange={setOpen}
        position="bottom-start"
        shadow="md"
        width="min(600px, calc(100vw - 32px))"
        middlewares={{ flip: false, shift: true }}
        trapFocus
      >
        <Popover.Target>
          <Button
            variant="default"
            leftSection={<IconFilter size={15} aria-hidden />}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            Filter
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <CallbackFilterForm query={query} onClose={() => setOpen(false)} />
        </Popover.Dropdown>
      </Popover>
      {Object.entries(others).map(([name, value]) => (
        <button
          key={name}
          type="button"
          className="pb-filter"
          aria-label={`Remove the filter ${filterWords(name, value, names)}`}
          onClick={() => filterBy({ [name]: undefined })}
        >
          {filterWords(name, value, names)}
          <IconX size={13} aria-hidden />
        </button>
      ))}
    </Group>
  )
}

/** Lets the list follow what comes in, or stops it. */
export function FollowButton() {
  const store = useStores().callbacks
  const isStopped = useStore(store, state => state.still.includes('button'))
  return (
    <Button
      variant="default"
      aria-pressed={isStopped}
      leftSection={isStopped ? <IconPlayerPlay size={15} aria-hidden /> : <IconPlayerPause size={15} aria-hidden />}
      onClick={() => store.getState().standStill('button', !isStopped)}
    >
      {isStopped ? 'Follow' : 'Pause'}
    </Button>
  )
}

function Search({ words }: { words: string }) {
  const [text, setText] = useState(words)
  const sent = useRef(words)
  const search = useDebouncedCallback((typed: string) => {
    sent.current = typed
    filterBy({ search: typed.trim() === '' ? undefined : typed })
  }, 200)
  useEffect(() => {
    // A link, or the way back, brought other words than those that were typed here.
    if (words.trim() === sent.current.trim()) return
    sent.current = words
    setText(words)
  }, [words])
  return (
    <TextInput
      aria-label="Search callbacks"
      placeholder="Search in headers and bodies"
      leftSection={<IconSearch size={15} aria-hidden />}
      data-search
      value={text}
      onChange={event => {
        setText(event.currentTarget.value)
        search(event.currentTarget.value)
      }}
      onKeyDown={event => {
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
      maxLength={500}
      w={250}
    />
  )
}
