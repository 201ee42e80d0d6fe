import { initials } from './format'

/** The initials of a name. The name itself always stands beside it, so screen readers skip this. */
export function Avatar({ name, size = 'small' }: { name: string; size?: 'small' | 'large' }) {
  return (
    <span className="avatar" data-size={size} aria-hidden="true">
      {initials(name)}
    </span>
  )
}
