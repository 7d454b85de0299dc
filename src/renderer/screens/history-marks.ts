import {
  IconAdjustmentsCheck,
  IconArrowBackUp,
  IconCloudDown,
  IconCloudOff,
  IconCloudPlus,
  IconGitMerge,
  IconPencil,
  IconPlugConnectedX,
  IconPlus,
  IconSend,
  IconTrash
} from '@tabler/icons-react'
import type { HistoryEntry } from '#shared/model/history.ts'
import type { ToneMark } from '../parts/tone.tsx'

export const historyMarks: Record<HistoryEntry['what'], ToneMark> = {
  'local-created': { tone: 'green', icon: IconPlus, label: 'Made here' },
  'local-edited': { tone: 'blue', icon: IconPencil, label: 'Edited here' },
  'local-deleted': { tone: 'red', icon: IconTrash, label: 'Marked for deletion' },
  'local-reverted': { tone: 'grey', icon: IconArrowBackUp, label: 'Reverted' },
  'local-rolled-back': { tone: 'grey', icon: IconArrowBackUp, label: 'Rolled back' },
  'local-released': { tone: 'grey', icon: IconPlugConnectedX, label: 'Let go' },
  'conflict-resolved': { tone: 'violet', icon: IconGitMerge, label: 'Decided' },
  'policy-changed': { tone: 'grey', icon: IconAdjustmentsCheck, label: 'Policy chosen' },
  'applied-create': { tone: 'green', icon: IconSend, label: 'Created there' },
  'applied-update': { tone: 'green', icon: IconSend, label: 'Applied' },
  'applied-delete': { tone: 'red', icon: IconSend, label: 'Deleted there' },
  'seen-new': { tone: 'grey', icon: IconCloudPlus, label: 'Found there' },
  'seen-changed': { tone: 'violet', icon: IconCloudDown, label: 'Changed there' },
  'seen-removed': { tone: 'amber', icon: IconCloudOff, label: 'Removed there' }
}
