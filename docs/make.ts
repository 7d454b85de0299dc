import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRegistry } from '../src/main/providers/registry.ts'
import { providersPage } from '../src/shared/providers-page.ts'

const cards = createRegistry()
  .list()
  .map(provider => provider.card)
writeFileSync(join(import.meta.dirname, 'providers.md'), providersPage(cards))
