import { AppShell } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { FailureBoundary } from '../parts/failure-boundary.tsx'
import { useRoute, type Screen } from '../state/route.ts'
import { Accounts } from './accounts.tsx'
import { Callbacks } from './callbacks.tsx'
import { ConnectionBar } from './connection-bar.tsx'
import { History } from './history.tsx'
import { OfferedWork } from './offered-work.tsx'
import { PlanReview } from './plan-review.tsx'
import { Profiles } from './profiles.tsx'
import { Settings } from './settings.tsx'
import { ShellHeader } from './shell-header.tsx'
import { ShellNav } from './shell-nav.tsx'
import { useShortcuts } from './shortcuts.ts'
import { useVaultActivity } from './use-vault-activity.ts'
import { Finder } from './finder.tsx'

const views: Record<Screen, () => React.ReactNode> = {
  accounts: Accounts,
  profiles: Profiles,
  plan: PlanReview,
  callbacks: Callbacks,
  history: History,
  settings: Settings
}

/** What stands around every screen: where one can go, where secrets live, whether callbacks are caught. */
export function Shell() {
  const [isNavOpen, nav] = useDisclosure(false)
  const [isFinderOpen, finder] = useDisclosure(false)
  const { screen } = useRoute()
  const View = views[screen]
  useShortcuts(finder.open)
  useHotkeys([['Escape', nav.close]])
  useVaultActivity()

  return (
    <AppShell
      layout="alt"
      padding={20}
      header={{ height: 52 }}
      navbar={{ width: 204, breakpoint: 'sm', collapsed: { mobile: !isNavOpen } }}
      transitionDuration={0}
    >
      <a className="pb-skip" href="#main" onClick={skipToMain}>
        Skip to the content
      </a>
      <AppShell.Navbar className="pb-navbar" component="div">
        <ShellNav onClose={nav.close} />
      </AppShell.Navbar>
      <AppShell.Header className="pb-header">
        <ShellHeader isNavOpen={isNavOpen} onToggleNav={nav.toggle} onFind={finder.open} />
      </AppShell.Header>
      <AppShell.Main className="pb-main" id="main" tabIndex={-1} style={{ outline: 'none' }}>
        <ConnectionBar />
        <OfferedWork />
        <FailureBoundary key={screen}>
          <View />
        </FailureBoundary>
      </AppShell.Main>
      <Finder opened={isFinderOpen} onClose={finder.close} />
    </AppShell>
  )
}

/** The address holds the route, so that the jump is made by hand. */
function skipToMain(event: React.MouseEvent) {
  event.preventDefault()
  document.getElementById('main')?.focus()
}
