import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** The green-blue of an old switchboard's enamel. */
const enamel: MantineColorsTuple = [
  '#e9f5f3',
  '#d3e9e6',
  '#a6d3ce',
  '#75bcb5',
  '#4fa9a0',
  '#339a90',
  '#187d75',
  '#0f6f68',
  '#0a5852',
  '#05413c'
]

/** Greys with a little of the enamel in them; the dark scheme is built of these. */
const dark: MantineColorsTuple = [
  '#d5dcdc',
  '#b4bebf',
  '#8f9b9d',
  '#66747a',
  '#3f4c52',
  '#313d43',
  '#242e33',
  '#1b2428',
  '#151c1f',
  '#0f1517'
]

export const theme = createTheme({
  primaryColor: 'enamel',
  colors: { enamel, dark },
  primaryShade: { light: 7, dark: 6 },
  black: '#18211f',
  defaultRadius: 'md',
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '12px', xl: '20px' },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '12px', sm: '13.5px', md: '15px', lg: '17px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.5' },
  spacing: { xs: '6px', sm: '10px', md: '16px', lg: '22px', xl: '32px' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '22px', lineHeight: '1.25' },
      h2: { fontSize: '16px', lineHeight: '1.35' },
      h3: { fontSize: '14px', lineHeight: '1.4' }
    }
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm', checkIconPosition: 'right', comboboxProps: { shadow: 'md' } } },
    Switch: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true, multiline: true, maw: 320 } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.45 },
        closeButtonProps: { 'aria-label': 'Close' }
      }
    },
    Notification: {
      defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } },
      styles: { description: { color: 'var(--mantine-color-dimmed)' } }
    },
    Paper: { defaultProps: { radius: 'lg', withBorder: true } }
  }
})
