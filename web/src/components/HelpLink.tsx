import { Link } from '@tanstack/react-router'
import { topics, type Topic } from './guide-topics'

/** From a page to the section of a guide that explains it. */
export function HelpLink({ topic }: { topic: Topic }) {
  const { guide, section } = topics[topic]
  return (
    <Link
      to="/help/{-$guide}"
      params={{ guide }}
      hash={section}
      className="text-link small"
      aria-label={`How this works: ${topic}`}
    >
      How this works
    </Link>
  )
}
