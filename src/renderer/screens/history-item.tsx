import { Anchor, Button, Group, Text } from '@mantine/core'
import type { SettingValue } from '#shared/model/field.ts'
import type { HistoryEntry } from '#shared/model/history.ts'
import type { SettingChange } from '#shared/model/plan.ts'
import { policy } from '#shared/model/profile.ts'
import { FaultAlert } from '../parts/fault-alert.tsx'
import { FieldDiff } from '../parts/field-diff.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { Tone } from '../parts/tone.tsx'
import { canUndo } from '../state/history.ts'
import { kindOf, providerOf } from '../state/lookups.ts'
import { hrefOf } from '../state/route.ts'
import { useValue } from '../state/stores.ts'
import { historyMarks } from './history-marks.ts'
import { policyWords } from './policy-menu.tsx'
import { useHistorySteps } from './use-history-steps.ts'

type Props = {
  entry: HistoryEntry
  /** The last that happened to its profile, so that it can be undone. */
  isNewest: boolean
}

export function HistoryItem({ entry, isNewest }: Props) {
  const { busy, fault, goBack, undo } = useHistorySteps()
  const profile = useValue('profiles')?.find(known => known.id === entry.profileId)
  const account = useValue('accounts')?.find(known => known.id === entry.accountId)
  const kind = kindOf(providerOf(useValue('providers'), account), entry.kind ?? '')
  const isAsNow = JSON.stringify(profile?.local) === JSON.stringify(entry.after)
  const isPolicy = entry.what === 'policy-changed'
  const mark = historyMarks[entry.what]
  return (
    <li className="pb-card" style={{ padding: '10px 16px' }} aria-label={`${mark.label}: ${entry.title}`}>
      <Group gap="sm" wrap="wrap">
        <Tone {...mark} />
        <div style={{ flex: '1 1 200px', minWidth: 0 }}>
          {profile ? (
            <Anchor href={hrefOf('profiles', entry.profileId)} size="sm" fw={600} c="inherit" className="pb-break">
              {entry.title}
            </Anchor>
          ) : (
            <Text size="sm" fw={600} className="pb-break">
              {entry.title}
            </Text>
          )}
        </div>
        <Text size="xs" c="dimmed">
          {[account?.label, whoText(entry)].flatMap(text => (text ? `${text}, ` : []))}
          <TimeAgo atMs={entry.atMs} />
        </Text>
        {account && isNewest && profile && canUndo(entry) && (
          <Button size="compact-xs" variant="default" loading={busy} onClick={() => void undo(entry)}>
            Undo
          </Button>
        )}
        {profile && entry.after && !isAsNow && (
          <Button size="compact-xs" variant="default" loading={busy} onClick={() => void goBack(entry)}>
            Roll back to this
          </Button>
        )}
      </Group>
      {entry.settings.length > 0 && (
        <div style={{ marginTop: 10 }}>
          <FieldDiff
            changes={isPolicy ? entry.settings.map(inPlainWords) : entry.settings}
            form={isPolicy ? undefined : kind?.form}
            others={entry.after}
          />
        </div>
      )}
      <FaultAlert fault={fault} />
    </li>
  )
}

/** Of what was seen there: who noticed it, since nobody knows who did it. */
function whoText({ what, who }: HistoryEntry): string | null {
  return who !== null && what.startsWith('seen-') ? `noticed by the ${who}` : who
}

function inPlainWords({ from, to, ...setting }: SettingChange): SettingChange {
  return { ...setting, from: wordsOf(from), to: wordsOf(to) }
}

function wordsOf(value: SettingValue | undefined): string | undefined {
  const known = policy.safeParse(value)
  return known.success ? policyWords[known.data].label : undefined
}
