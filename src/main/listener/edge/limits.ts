/** What one sender may take. The listener may be tunnelled to the internet, so every one of these is finite. */
export type Limits = {
  /** A longer body is answered 413 and kept up to here, marked as truncated. */
  bodyBytes: number
  /** All bodies that are being read or written at the same moment. Over it a request is answered 503. */
  bytesInFlight: number
  /** Request line and headers together; over it 431. */
  headerBytes: number
  /** Open at once, of each of the two edges; for one more, the one that was without a request for the longest is ended. */
  connections: number
  /** From the first byte (or the connection) to the end of the headers; over it 408. */
  headersTimeoutMs: number
  /** From the first byte to the end of the body; over it 408. */
  requestTimeoutMs: number
  /** An open connection without a request. */
  idleTimeoutMs: number
  /** How often the three times above are looked at. */
  timeoutCheckMs: number
  /** How long, and how much, is read after a refusal so that the sender sees the answer instead of a reset. */
  lingerMs: number
  lingerBytes: number
  /** How long a stop waits for requests that are still on their way. */
  stopGraceMs: number
}

export const defaultLimits: Limits = {
  bodyBytes: 10 * 1024 * 1024,
  bytesInFlight: 256 * 1024 * 1024,
  headerBytes: 64 * 1024,
  connections: 2_000,
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 60_000,
  idleTimeoutMs: 30_000,
  timeoutCheckMs: 1_000,
  lingerMs: 2_000,
  lingerBytes: 64 * 1024 * 1024,
  stopGraceMs: 3_000
}
