/** What is compared with the budgets of the design. */
export type Figures = {
  toBare?: number
  toMockoon?: number
  p99AtThousand?: number
  memoryGrowth?: number
  callP99Ms?: number
  searchMs?: number
  openMs?: number
  idleMb?: number
}

const budgets: { [name in keyof Figures]-?: { about: string; atLeast?: number; atMost?: number } } = {
  toBare: { about: 'requests a second, to a bare node:http that stores nothing', atLeast: 0.5 },
  toMockoon: { about: 'requests a second, to @mockoon/cli', atLeast: 5 },
  p99AtThousand: { about: 'p99 at 1,000 a second, ms', atMost: 5 },
  memoryGrowth: { about: 'memory at the end, to memory after the first quarter', atMost: 1.1 },
  callP99Ms: { about: 'p99 of interactive calls under a flood, ms', atMost: 50 },
  searchMs: { about: 'slowest search, ms', atMost: 50 },
  openMs: { about: 'core open on that database, ms', atMost: 300 },
  idleMb: { about: 'idle memory of the core process, MB', atMost: 120 }
}

export function say(what: string, figures: object): void {
  console.log(JSON.stringify({ what, ...figures }))
}

/** One line for each budget that was measured. */
export function report(figures: Figures): void {
  for (const [name, { about, atLeast, atMost }] of Object.entries(budgets)) {
    const figure = figures[name as keyof Figures]
    if (figure === undefined) continue
    const isMet = figure >= (atLeast ?? figure) && figure <= (atMost ?? figure)
    const budget = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`
    console.log(`${isMet ? 'within' : 'OVER  '}  ${about}: ${figure} (${budget})`)
  }
}
