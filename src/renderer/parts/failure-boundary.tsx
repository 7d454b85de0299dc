import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Component, type ReactNode } from 'react'
import { EmptyState } from './empty-state.tsx'

type Props = { children: ReactNode }

/** Says that something could not be drawn, where otherwise the whole page would be blank. React wants a class for it. */
export class FailureBoundary extends Component<Props, { isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError() {
    return { isBroken: true }
  }

  override render() {
    if (!this.state.isBroken) return this.props.children
    return (
      <div role="alert">
        <EmptyState
          icon={IconAlertTriangle}
          title="This could not be shown"
          actions={<Button onClick={() => window.location.reload()}>Reload the page</Button>}
        >
          Plugboard keeps running, and nothing that was saved is lost. After an update of Plugboard the page has to be
          reloaded once.
        </EmptyState>
      </div>
    )
  }
}
