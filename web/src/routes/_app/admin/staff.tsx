import { createFileRoute } from '@tanstack/react-router'

export const Route = createFileRoute('/_app/admin/staff')({
  component: () => <div className="page">staff</div>,
})
