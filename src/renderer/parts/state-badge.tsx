import {
  IconAlertTriangle,
  IconArrowsDiff,
  IconCheck,
  IconCloudDown,
  IconCloudOff,
  IconHelpCircle,
  IconPencil,
  IconPlus,
  IconTrash
} from '@tabler/icons-react'
import type { ProfileState } from '#shared/model/profile.ts'
import { Tone, type ToneMark } from './tone.tsx'

export const profileStateMarks: Record<ProfileState, ToneMark> = {
  'in-sync': { tone: 'grey', icon: IconCheck, label: 'In sync', about: 'The same here and at the provider.' },
  edited: { tone: 'blue', icon: IconPencil, label: 'Edited', about: 'Changed here; the plan sends it.' },
  created: { tone: 'green', icon: IconPlus, label: 'New', about: 'Made here; the plan creates it at the provider.' },
  deleted: { tone: 'red', icon: IconTrash, label: 'To be deleted', about: 'The plan deletes it at the provider.' },
  drifted: {
    tone: 'violet',
    icon: IconCloudDown,
    label: 'Changed there',
    about: 'Somebody changed it at the provider. Choose which value to keep.'
  },
  'removed-there': {
    tone: 'amber',
    icon: IconCloudOff,
    label: 'Removed there',
    about: 'It no longer exists at the provider. Choose whether to keep it.'
  },
  conflict: {
    tone: 'red',
    icon: IconArrowsDiff,
    label: 'Conflict',
    about: 'Changed here and at the provider. Choose which value to keep.'
  },
  unknown: {
    tone: 'grey',
    icon: IconHelpCircle,
    label: 'Unknown',
    about: 'The last read failed, so that it is not known what the provider has.'
  }
}

export function StateBadge({ state }: { state: ProfileState }) {
  return <Tone {...profileStateMarks[state]} />
}

const accountMarks = {
  untested: { tone: 'grey', icon: IconHelpCircle, label: 'Not tested', about: 'The credentials were not tried yet.' },
  ready: { tone: 'green', icon: IconCheck, label: 'Ready', about: 'The provider took the credentials.' },
  parked: {
    tone: 'red',
    icon: IconAlertTriangle,
    label: 'Parked',
    about: 'The credentials are missing or were rejected. Nothing is sent until they are entered or tested.'
  }
} as const satisfies Record<string, ToneMark>

export function AccountBadge({ state }: { state: keyof typeof accountMarks }) {
  return <Tone {...accountMarks[state]} />
}
