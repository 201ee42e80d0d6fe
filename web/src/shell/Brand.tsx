import { Link } from '@tanstack/react-router'

export function BrandMark() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#3551c8" />
      <path d="M9 8v16M23 8v16M9 16h14" stroke="#fff" strokeWidth="4" strokeLinecap="round" />
    </svg>
  )
}

export function Brand() {
  return (
    <Link to="/admin/customers" className="brand">
      <BrandMark />
      <span>Customers Hub</span>
    </Link>
  )
}
