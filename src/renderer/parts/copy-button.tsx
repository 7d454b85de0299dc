import { ActionIcon, CopyButton as Copier, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** Copies a text; `what` names it: "Copy the address". */
export function CopyButton({ value, what }: { value: string; what: string }) {
  return (
    <Copier value={value} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
          <ActionIcon
            onClick={event => {
              event.stopPropagation()
              copy()
            }}
            aria-label={copied ? 'Copied' : `Copy ${what}`}
            size="sm"
          >
            {copied ? <IconCheck size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copier>
  )
}
