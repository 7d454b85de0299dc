import { EventEmitter } from 'node:events'
import { afterEach, expect, test, vi } from 'vitest'
import { systemConditions } from '../../src/main/hosts/electron/conditions.ts'

// Electron itself needs a display: the two parts of it that are asked stand in here.
const system = vi.hoisted(() => ({ online: true, battery: false, events: undefined as EventEmitter | undefined }))

vi.mock('electron', () => {
  system.events = new EventEmitter()
  const isOnBatteryPower = () => system.battery
  return {
    net: { isOnline: () => system.online },
    powerMonitor: Object.assign(system.events, { isOnBatteryPower })
  }
})

afterEach(() => Object.assign(system, { online: true, battery: false }))

test('the network and the battery are asked each time', () => {
  const conditions = systemConditions()
  expect([conditions.isOnline(), conditions.savesPower()]).toEqual([true, false])
  Object.assign(system, { online: false, battery: true })
  expect([conditions.isOnline(), conditions.savesPower()]).toEqual([false, true])
})

test('waking up and getting power again are told, until nobody wants to know', () => {
  const tell = vi.fn<() => void>()
  const stop = systemConditions().onWoken(tell)
  system.events?.emit('resume')
  system.events?.emit('on-ac')
  expect(tell).toHaveBeenCalledTimes(2)
  stop()
  system.events?.emit('resume')
  expect(tell).toHaveBeenCalledTimes(2)
})

test('from when the computer goes to sleep until it wakes there is no network', () => {
  const conditions = systemConditions()
  system.events?.emit('suspend')
  expect(conditions.isOnline()).toBe(false)
  system.events?.emit('resume')
  expect(conditions.isOnline()).toBe(true)
})
