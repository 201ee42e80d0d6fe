import { Link } from '@tanstack/react-router'
import { guides, type GuideName } from '../../components/guide-topics'
import { Page } from '../../components/Page'
import './help.css'
import type { Block, Guide, Inline } from './markdown'
import { pictureSize, pictureUrl } from './pictures'

/** A guide of docs/guides, with the others beside it. */
export function GuidePage({ name: shown, guide }: { name: GuideName; guide: Guide }) {
  return (
    <Page title={guide.title} heading={guide.title}>
      <nav className="tabs" aria-label="Guides">
        {guides.map(({ name, title }) => (
          <Link
            key={name}
            to="/help/{-$guide}"
            params={{ guide: name }}
            className="tab"
            aria-current={name === shown ? 'page' : undefined}
          >
            {title}
          </Link>
        ))}
      </nav>
      <div className="guide">
        <nav className="guide-contents" aria-label="On this page">
          <ol>
            {guide.blocks.map((block) =>
              block.kind === 'heading' ? (
                <li key={block.id}>
                  <a href={`#${block.id}`} className="text-link">
                    {block.text}
                  </a>
                </li>
              ) : null,
            )}
          </ol>
        </nav>
        <article className="guide-text">
          {guide.blocks.map((block, at) => (
            <BlockView key={at} block={block} />
          ))}
        </article>
      </div>
    </Page>
  )
}

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading':
      return (
        <h2 id={block.id} className="guide-heading">
          {block.text}
        </h2>
      )
    case 'paragraph':
      return (
        <p>
          <Text parts={block.inline} />
        </p>
      )
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul'
      return (
        <List className="guide-list">
          {block.items.map((parts, at) => (
            <li key={at}>
              <Text parts={parts} />
            </li>
          ))}
        </List>
      )
    }
    case 'picture':
      return (
        <img
          className="guide-picture"
          src={pictureUrl(block.file)}
          alt={block.alt}
          loading="lazy"
          {...pictureSize}
        />
      )
  }
}

function Text({ parts }: { parts: Inline[] }) {
  return parts.map((part, at) => {
    if (typeof part === 'string') return part
    if (part.kind === 'strong') return <strong key={at}>{part.text}</strong>
    if (part.kind === 'code') return <code key={at}>{part.text}</code>
    return part.guide === undefined ? (
      <a key={at} href={`#${part.section ?? ''}`} className="text-link">
        {part.text}
      </a>
    ) : (
      <Link
        key={at}
        to="/help/{-$guide}"
        params={{ guide: part.guide }}
        hash={part.section}
        className="text-link"
      >
        {part.text}
      </Link>
    )
  })
}
