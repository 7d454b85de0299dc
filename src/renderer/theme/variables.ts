import type { CSSVariablesResolver } from '@mantine/core'

/** Mantine's own variables, bound to the tokens, so that both schemes are kept in one place. */
const bound = {
  '--mantine-color-body': 'var(--pb-card)',
  '--mantine-color-text': 'var(--pb-text)',
  '--mantine-color-dimmed': 'var(--pb-soft-text)',
  '--mantine-color-placeholder': 'var(--pb-placeholder)',
  '--mantine-color-error': 'var(--pb-red-fg)',
  '--mantine-color-anchor': 'var(--pb-accent)',
  '--mantine-color-default': 'var(--pb-input)',
  '--mantine-color-default-hover': 'var(--pb-hover)',
  '--mantine-color-default-border': 'var(--pb-input-line)',
  '--mantine-color-enamel-light-color': 'var(--pb-accent)',
  '--mantine-color-enamel-light-hover': 'var(--pb-chosen)',
  '--mantine-color-red-light-color': 'var(--pb-red-fg)',
  '--mantine-color-red-light-hover': 'var(--pb-red-bg)'
}

export const variables: CSSVariablesResolver = () => ({ variables: {}, light: bound, dark: bound })
