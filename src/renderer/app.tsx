import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { useState } from 'react'
import { Front } from './screens/front.tsx'
import { StoresContext, type Stores } from './state/stores.ts'
import { theme } from './theme/theme.ts'
import { variables } from './theme/variables.ts'

export function App({ stores }: { stores: Stores }) {
  const [schemes] = useState(() => localStorageColorSchemeManager({ key: 'plugboard-colour-scheme' }))
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      colorSchemeManager={schemes}
    >
      <Notifications position="top-center" autoClose={4000} limit={2} />
      <StoresContext value={stores}>
        <Front />
      </StoresContext>
    </MantineProvider>
  )
}
