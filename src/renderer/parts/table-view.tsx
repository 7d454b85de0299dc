import { Text } from '@mantine/core'
import type { ViewTable } from '#shared/model/provider.ts'

/** A table that is read and not changed; one that is wider than its place is scrolled, with the keyboard too. */
export function TableView({ label, table }: { label: string; table: ViewTable }) {
  if (table.rows.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        There are none.
      </Text>
    )
  }
  return (
    // What scrolls has to be reachable with the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="pb-view" aria-label={`${label}, table`} tabIndex={0}>
      <table aria-label={label}>
        <thead>
          <tr>
            {table.columns.map(column => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            // Rows have no id and are never moved: they are read anew as a whole.
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={table.columns[column]}>{cell === '' ? '–' : cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
