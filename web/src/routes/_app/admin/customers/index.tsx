import { createFileRoute } from '@tanstack/react-router'
import * as z from 'zod/mini'

const word = z.pipe(z.coerce.string(), z.string().check(z.maxLength(200)))

export const Route = createFileRoute('/_app/admin/customers/')({
  validateSearch: z.object({ search: z.catch(z.optional(word), undefined) }),
  component: () => <div className="page">Customers</div>,
})
