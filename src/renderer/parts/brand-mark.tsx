/** Two jacks and the cord between them. */
export function BrandMark({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false" style={{ flex: 'none' }}>
      <rect width="32" height="32" rx="8" fill="#0e6f6b" />
      <path d="M10 11v6a6 6 0 0 0 12 0v-1" fill="none" stroke="#f2b84b" strokeWidth="3" strokeLinecap="round" />
      <circle cx="10" cy="10" r="4.5" fill="#ffffff" />
      <circle cx="10" cy="10" r="1.8" fill="#0e6f6b" />
      <circle cx="22" cy="15" r="4.5" fill="#ffffff" />
      <circle cx="22" cy="15" r="1.8" fill="#0e6f6b" />
    </svg>
  )
}
