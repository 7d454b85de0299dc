import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './theme/tokens.css'
import './theme/app.css'
import './theme/lists.css'
import './theme/values.css'
import './theme/laboratory.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { connect } from './api/connection.ts'
import { App } from './app.tsx'
import { createStores } from './state/stores.ts'
import { keepFresh } from './state/watch.ts'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no root')

const stores = createStores(connect())
keepFresh(stores)
createRoot(root).render(
  <StrictMode>
    <App stores={stores} />
  </StrictMode>
)
