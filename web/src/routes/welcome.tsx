import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/welcome')({
  component: () => <div className="page">welcome</div>,
})
