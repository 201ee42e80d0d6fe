import Sheet from '../ui/Sheet'
import { NavList } from './Nav'

export default function NavSheet({ onClose }: { onClose: () => void }) {
  return (
    <Sheet title="Customers Hub" side="start" size="xs" onClose={onClose}>
      <nav aria-label="Main">
        <NavList onGo={onClose} />
      </nav>
    </Sheet>
  )
}
