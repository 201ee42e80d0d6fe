/**
 * Reads the Markdown of a guide, when the app is built: people who read a guide download what it says, not a reader of Markdown.
 * It knows what the guides use and refuses everything else, so that nothing is shown as it was not meant.
 */

export type Inline =
  | string
  | { kind: 'strong'; text: string }
  | { kind: 'code'; text: string }
  /** To a section of this guide, or of another one. */
  | { kind: 'link'; text: string; guide?: string; section?: string }

export type Block =
  | { kind: 'heading'; id: string; text: string }
  | { kind: 'paragraph'; inline: Inline[] }
  | { kind: 'list'; ordered: boolean; items: Inline[][] }
  | { kind: 'picture'; file: string; alt: string }

export interface Guide {
  title: string
  blocks: Block[]
}

const PICTURE = /^!\[([^\]]+)\]\(pictures\/([\w-]+\.webp)\)$/
const ITEM = /^(?:-|\d+\.) (.*)$/
const INLINE = /\*\*([^*]+)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)/g
const TARGET = /^(?:([\w-]+)\.md)?(?:#([\w-]+))?$/

/** As GitHub makes it of a heading, so that a link works in both places. */
export function idOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')
}

export function readGuide(text: string): Guide {
  const [first = '', ...rest] = text.trim().split(/\n{2,}/)
  if (!/^# [^\n]+$/.test(first)) throw new Error('A guide begins with its title: # …')
  return { title: first.slice(2), blocks: rest.map(readBlock) }
}

function readBlock(text: string): Block {
  const heading = /^## ([^\n]+)$/.exec(text)?.[1]
  if (heading !== undefined) return { kind: 'heading', id: idOf(heading), text: heading }
  const [, alt, file] = PICTURE.exec(text) ?? []
  if (alt !== undefined && file !== undefined) return { kind: 'picture', file, alt }
  if (/^(-|\d+\.) /.test(text)) return readList(text)
  if (/^([#>|<!]|```)/m.test(text)) throw new Error(`The guides know no such thing: ${text}`)
  return { kind: 'paragraph', inline: readInline(text) }
}

function readList(text: string): Block {
  const items: string[] = []
  for (const line of text.split('\n')) {
    const item = ITEM.exec(line)?.[1]
    if (item !== undefined) items.push(item)
    else items.push(`${items.pop() ?? ''} ${line.trim()}`)
  }
  return { kind: 'list', ordered: /^\d/.test(text), items: items.map(readInline) }
}

function readInline(text: string): Inline[] {
  const line = text.replaceAll(/\s*\n\s*/g, ' ')
  const parts: Inline[] = []
  let at = 0
  for (const match of line.matchAll(INLINE)) {
    const [whole, strong, code, label, target] = match
    if (match.index > at) parts.push(line.slice(at, match.index))
    at = match.index + whole.length
    if (strong !== undefined) parts.push({ kind: 'strong', text: strong })
    else if (code !== undefined) parts.push({ kind: 'code', text: code })
    else parts.push(readLink(label ?? '', target ?? ''))
  }
  if (at < line.length) parts.push(line.slice(at))
  return parts
}

function readLink(text: string, target: string): Inline {
  const match = TARGET.exec(target)
  if (!match || target === '') throw new Error(`A guide links to guides only, not to ${target}`)
  const [, guide, section] = match
  return { kind: 'link', text, guide, section }
}
