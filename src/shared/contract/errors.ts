import { oc } from '@orpc/contract'
import { faultReport } from '../faults.ts'

/** Every method fails in one way only: with the error FAULT, whose data is a fault report. */
export const method = oc.errors({ FAULT: { data: faultReport } })
