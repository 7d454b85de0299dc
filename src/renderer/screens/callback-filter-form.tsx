import { Autocomplete, Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { useShallow } from 'zustand/shallow'
import { useStore } from 'zustand'
import type { filterNames } from '../state/callbacks-filter.ts'
import { useStores, useValue } from '../state/stores.ts'
import { originWords, spanWords, verdictWords } from './callback-filter-words.ts'
import { filterBy, takeAllOff } from './callback-route.ts'

type Query = Record<string, string>
type Choice = { value: string; label: string }

const any = (label: string): Choice => ({ value: '', label })
const choices = (words: Record<string, string>): Choice[] =>
  Object.entries(words).map(([value, label]) => ({ value, label }))

/** Every part of the filter that is not words. What is chosen holds at once and stands in the address. */
export function CallbackFilterForm({ query, onClose }: { query: Query; onClose: () => void }) {
  const known = useKnown()
  const set = (name: keyof typeof filterNames, value: string) =>
    filterBy({ [name]: value.trim() === '' ? undefined : value })
  const select = (name: keyof typeof filterNames, label: string, data: Choice[]) => (
    <NativeSelect
      label={label}
      data={data}
      value={query[name] ?? ''}
      onChange={event => set(name, event.currentTarget.value)}
    />
  )
  const text = (name: keyof typeof filterNames, label: string, data: string[], placeholder: string) => (
    <Autocomplete
      label={label}
      data={data}
      placeholder={placeholder}
      value={query[name] ?? ''}
      onChange={value => set(name, value)}
      comboboxProps={{ withinPortal: false }}
    />
  )
  return (
    <Stack gap="sm">
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm" verticalSpacing="xs">
        {select('verdict', 'Signature', [any('Any'), ...choices(verdictWords)])}
        {select('origin', 'Origin', [any('Any'), ...choices(originWords)])}
        {select('account', 'Account', [any('Any'), ...known.accounts])}
        {select('endpoint', 'Endpoint', [any('Any'), ...known.endpoints])}
        {text('method', 'Method', known.methods, 'Any')}
        {text('status', 'Answered with', known.statuses, 'Any status')}
        {text('event', 'Event', known.events, 'Any')}
        {text('tag', 'Tag', known.tags, 'Any')}
        {select('provider', 'Provider', [any('Any'), ...known.providers])}
        <TimeChoice query={query} />
      </SimpleGrid>
      <Group justify="space-between">
        <Checkbox
          label="Pinned ones only"
          checked={query['pinned'] === 'yes'}
          onChange={event => set('pinned', event.currentTarget.checked ? 'yes' : '')}
        />
        <Group gap="xs">
          <Button variant="subtle" onClick={takeAllOff}>
            Remove all
          </Button>
          <Button variant="default" onClick={onClose}>
            Done
          </Button>
        </Group>
      </Group>
    </Stack>
  )
}

function TimeChoice({ query }: { query: Query }) {
  const { since, until } = query
  const isOwn = until !== undefined || (since !== undefined && !(since in spanWords))
  const choose = (value: string) => {
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString()
    filterBy({ since: value === 'own' ? hourAgo : value || undefined, until: undefined })
  }
  return (
    <>
      <NativeSelect
        label="Time"
        data={[any('Any time'), ...choices(spanWords), { value: 'own', label: 'From … to …' }]}
        value={isOwn ? 'own' : (since ?? '')}
        onChange={event => choose(event.currentTarget.value)}
      />
      {isOwn && (
        <>
          <Moment label="From" name="since" value={since} />
          <Moment label="To" name="until" value={until} />
        </>
      )}
    </>
  )
}

function Moment({ label, name, value }: { label: string; name: 'since' | 'until'; value: string | undefined }) {
  return (
    <TextInput
      type="datetime-local"
      step={1}
      label={label}
      value={localText(value)}
      onChange={event => {
        const atMs = Date.parse(event.currentTarget.value)
        filterBy({ [name]: Number.isNaN(atMs) ? undefined : new Date(atMs).toISOString() })
      }}
    />
  )
}

/** A moment as the input wants it: in the person's own time, without a zone. */
function localText(text: string | undefined): string {
  const atMs = text === undefined ? Number.NaN : Date.parse(text)
  if (Number.isNaN(atMs)) return ''
  return new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
}

/** What can be chosen: the accounts and endpoints, and what the callbacks in the list say of themselves. */
function useKnown() {
  const store = useStores().callbacks
  const accounts = useValue('accounts') ?? []
  const endpoints = useValue('endpoints') ?? []
  const providers = useValue('providers') ?? []
  const of = (pick: 'method' | 'status' | 'event' | 'tag') =>
    store.getState().items.flatMap(item => {
      if (pick === 'method') return item.method
      if (pick === 'status') return String(item.answerStatus)
      return pick === 'tag' ? item.tags : (item.decoded?.event ?? [])
    })
  const lists = useStore(
    store,
    useShallow(() => {
      const distinct = (pick: Parameters<typeof of>[0]) => [...new Set(of(pick))].sort().join('\n')
      return [distinct('method'), distinct('status'), distinct('event'), distinct('tag')] as const
    })
  )
  const [methods, statuses, events, tags] = lists.map(list => list.split('\n').filter(Boolean))
  return {
    accounts: accounts.map(({ id, label }) => ({ value: id, label })),
    endpoints: endpoints.map(({ id, label }) => ({ value: id, label })),
    providers: providers.map(({ id, name }) => ({ value: id, label: name })),
    methods: [...new Set(['GET', 'POST', 'PUT', 'DELETE', ...(methods ?? [])])],
    statuses: statuses ?? [],
    events: events ?? [],
    tags: tags ?? []
  }
}
