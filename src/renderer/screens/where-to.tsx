import { Autocomplete, Radio, Stack } from '@mantine/core'
import { useValue } from '../state/stores.ts'

export type Destination = { to: 'listener' | 'address'; url: string }

type Props = {
  value: Destination
  onChange: (value: Destination) => void
  /** What it means to send it to the listener. */
  listener: string
  problem: string | undefined
}

/** Where something is sent: through the listener, or to an address; those of the targets are offered. */
export function WhereTo({ value: { to, url }, onChange, listener, problem }: Props) {
  const known = [...new Set((useValue('targets') ?? []).map(target => target.url))]
  return (
    <Radio.Group
      label="Where to"
      value={to}
      onChange={chosen => onChange({ to: chosen === 'address' ? 'address' : 'listener', url })}
    >
      <Stack gap={6} mt={4}>
        <Radio value="listener" label={listener} />
        <Radio value="address" label="Another address" />
        {to === 'address' && (
          <Autocomplete
            aria-label="Address to send to"
            placeholder="http://localhost:3000/hooks"
            data={known}
            value={url}
            onChange={typed => onChange({ to, url: typed })}
            error={problem}
            ml={28}
          />
        )}
      </Stack>
    </Radio.Group>
  )
}
