import { List } from '@mantine/core'
import { IconArrowsDiff } from '@tabler/icons-react'
import type { PlanDifference } from '#shared/faults.ts'
import { differenceText } from '#shared/plan-difference.ts'
import { Note } from '../parts/note.tsx'

/** Why the reviewed plan was not carried out: what is another in the one that would be made now. */
export function PlanDifferences({ differences }: { differences: PlanDifference[] }) {
  if (differences.length === 0) return null
  return (
    <Note tone="amber" icon={IconArrowsDiff} title="What is different from the reviewed plan">
      <List size="sm">
        {differences.map(one => (
          <List.Item key={`${one.what} ${one.profileId}`} className="pb-break">
            {differenceText(one)}
          </List.Item>
        ))}
      </List>
    </Note>
  )
}
