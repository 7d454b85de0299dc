import { Checkbox, Collapse, NativeSelect, NumberInput, SimpleGrid, Stack, Switch, Text } from '@mantine/core'
import type { Deliveries, Simulated } from '#shared/model/lab.ts'
import { counted } from '../parts/times.ts'

type Props = { value: Deliveries | undefined; onChange: (deliveries: Deliveries | undefined) => void }

const onceAndAtOnce: Deliveries = { count: 1, duplicates: 0, reordered: false, lateMs: 0, retries: 'none' }

/** What came of sending, in words. */
export function simulatedWords({ sent, taken, status, said }: Simulated): string {
  if (sent === 1) return [`Sent, and answered with ${status}.`, ...said].join(' ')
  return [`${sent} requests sent, ${taken} of them answered with 2xx.`, ...said].join(' ')
}

const lateChoices = [
  { value: '0', label: 'Just now' },
  { value: '60000', label: 'A minute ago' },
  { value: '600000', label: 'Ten minutes ago' },
  { value: '3600000', label: 'An hour ago' },
  { value: '86400000', label: 'A day ago' }
]

const retryChoices = [
  { value: 'none', label: 'Not repeated' },
  { value: 'provider', label: 'Repeated as the provider does' },
  { value: 'fast', label: 'Repeated the same way, but within seconds' }
]

/** How samples come where once and at once is not enough: many, twice, in disorder, late, again after a failure. */
export function DeliveriesInput({ value, onChange }: Props) {
  const given = value ?? onceAndAtOnce
  const put = (change: Partial<Deliveries>) => onChange({ ...given, ...change })
  return (
    <div>
      <Switch
        label="Send it as providers do on a bad day"
        checked={value !== undefined}
        onChange={event => onChange(event.currentTarget.checked ? onceAndAtOnce : undefined)}
      />
      <Collapse expanded={value !== undefined}>
        {value !== undefined && (
          <Stack gap="sm" mt="sm">
            <SimpleGrid cols={2} spacing="sm">
              <NumberInput
                label="How many"
                description="Different callbacks"
                min={1}
                max={1_000}
                allowDecimal={false}
                value={given.count}
                onChange={count => put({ count: Number(count) || 1 })}
              />
              <NumberInput
                label="Duplicates"
                description="Extra copies of each"
                min={0}
                max={10}
                allowDecimal={false}
                value={given.duplicates}
                onChange={duplicates => put({ duplicates: Number(duplicates) || 0 })}
              />
              <NativeSelect
                label="Signed"
                data={lateChoices}
                value={String(given.lateMs)}
                onChange={event => put({ lateMs: Number(event.currentTarget.value) })}
              />
              <NativeSelect
                label="When one fails"
                data={retryChoices}
                value={given.retries}
                onChange={event => put({ retries: event.currentTarget.value as Deliveries['retries'] })}
              />
            </SimpleGrid>
            <Checkbox
              label="Out of order"
              checked={given.reordered}
              onChange={event => put({ reordered: event.currentTarget.checked, seed: undefined })}
            />
            {given.reordered && (
              <NumberInput
                label="Seed of the order"
                description="The same one gives the same order. What was taken is told afterwards."
                placeholder="A new one each time"
                min={0}
                max={4_294_967_295}
                allowDecimal={false}
                hideControls
                value={given.seed ?? ''}
                onChange={seed => put({ seed: typeof seed === 'number' ? seed : undefined })}
              />
            )}
            <Text size="xs" c="dimmed">
              {counted(given.count * (1 + given.duplicates), 'request goes', 'requests go')} out
              {given.retries === 'none' ? '.' : ', and more where they are repeated.'}
            </Text>
          </Stack>
        )}
      </Collapse>
    </div>
  )
}
