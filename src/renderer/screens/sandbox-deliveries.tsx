import { Stack, Text } from '@mantine/core'
import type { SandboxDelivery } from '#shared/model/app.ts'

/** What became of the sandbox's tries to hand an event to the addresses in its settings. */
export function SandboxDeliveries({ deliveries }: { deliveries: SandboxDelivery[] }) {
  if (deliveries.length === 0) {
    return (
      <Text size="sm">
        It called no address. To catch what it sends, set an address in one of its profiles, for example with “Use
        listener address”, and apply the plan.
      </Text>
    )
  }
  return (
    <Stack gap="sm">
      <Text size="sm">It called the addresses in its settings:</Text>
      {deliveries.map(({ url, status, error }, index) => (
        // Two settings may name the same address.
        <div key={index}>
          <div className="pb-mono pb-break">{url}</div>
          <Text size="xs" c="dimmed">
            {status === null ? `Not delivered: ${error ?? 'no answer'}` : `Answered with ${status}`}
          </Text>
        </div>
      ))}
    </Stack>
  )
}
