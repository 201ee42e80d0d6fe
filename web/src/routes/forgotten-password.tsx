import { createFileRoute } from '@tanstack/react-router'
import { ForgottenPage } from '../shell/ForgottenPage'

export const Route = createFileRoute('/forgotten-password')({
  component: ForgottenPage,
})
