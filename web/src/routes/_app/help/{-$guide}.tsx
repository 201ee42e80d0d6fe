import { createFileRoute } from '@tanstack/react-router'
import { GuideRoute } from '../../../shell/help/GuideRoute'

/** Without a name: the guide of one's role. */
export const Route = createFileRoute('/_app/help/{-$guide}')({
  loader: async ({ params, context }) => {
    const { findGuide } = await import('../../../shell/help/guides')
    return findGuide(params.guide, context.queryClient)
  },
  component: HelpRoute,
})

function HelpRoute() {
  return <GuideRoute found={Route.useLoaderData()} />
}
