import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** The entry that makes a Linux desktop start a program at login (freedesktop.org, Desktop Application Autostart). */
export function autostartEntry(program: string, args: string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Plugboard',
    `Exec=${[program, ...args].map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    ''
  ].join('\n')
}

/** Whether the file starts something: desktops turn an entry off by a line in it. */
export function isAutostartOn(file: string): boolean {
  try {
    return !/^(Hidden=true|X-GNOME-Autostart-enabled=false)\s*$/m.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}

export function writeAutostart(file: string, entry: string | undefined): void {
  if (entry === undefined) return rmSync(file, { force: true })
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, entry)
}

/** As the specification quotes: `"`, `` ` ``, `$` and `\` escaped inside quotes, every backslash once more as in any value, `%` doubled. */
function quoted(text: string): string {
  return `"${text
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')}"`
}
