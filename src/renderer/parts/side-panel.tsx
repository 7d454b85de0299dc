import { ActionIcon, Group, Text, Title } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useHotkeys } from '@mantine/hooks'
import { useEffect, useRef, type ReactNode, type RefObject } from 'react'

type Props = {
  title: string
  under?: ReactNode
  badge?: ReactNode
  onClose: () => void
  foot?: ReactNode
  children: ReactNode
}

/** What stands beside a list: the thing that was chosen in it. On a narrow page it lies over the list. */
export function SidePanel({ title, under, badge, onClose, foot, children }: Props) {
  const panel = useRef<HTMLElement>(null)
  useFocusInside(panel)
  useHotkeys([['Escape', event => isForWhatLiesOnTop(event) || onClose()]])
  return (
    <aside className="pb-panel" aria-label={title} ref={panel} tabIndex={-1}>
      <div className="pb-panel-head">
        <div style={{ flex: 1, minWidth: 0 }}>
          <Title order={2} className="pb-break" lineClamp={2} title={title}>
            {title}
          </Title>
          <Group gap="xs" mt={4}>
            {badge}
            <Text size="xs" c="dimmed" component="div" className="pb-break">
              {under}
            </Text>
          </Group>
        </div>
        <ActionIcon aria-label="Close" onClick={onClose}>
          <IconX size={17} aria-hidden />
        </ActionIcon>
      </div>
      <div className="pb-panel-body">{children}</div>
      {foot !== undefined && <div className="pb-panel-foot">{foot}</div>}
    </aside>
  )
}

/** The keyboard goes on in the panel, and back to where it was once the panel is closed. */
function useFocusInside(panel: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const before = document.activeElement
    panel.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [panel])
}

/** Escape closes what lies on top and nothing else. A dialog that heard it first may be gone from the page already. */
function isForWhatLiesOnTop({ target }: KeyboardEvent): boolean {
  const wasOnTop = target instanceof Element && target.closest('[role="dialog"], [role="menu"]') !== null
  return wasOnTop || document.querySelector('[role="dialog"]') !== null
}
