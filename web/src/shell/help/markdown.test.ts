import { expect, test } from 'vitest'
import { readGuide } from './markdown'

test('what the guides use is read', () => {
  const { title, blocks } = readGuide(
    [
      '# A title',
      'Press **Refund**, type `10`,\nand see [money](finance.md#pay-it), [below](#next-step) or [all](support.md).',
      '## Next step: a customer’s money',
      '1. One\n   goes on\n2. Two',
      '- A point',
      '![What is seen](pictures/a-1.webp)',
    ].join('\n\n'),
  )
  expect(title).toBe('A title')
  expect(blocks).toEqual([
    {
      kind: 'paragraph',
      inline: [
        'Press ',
        { kind: 'strong', text: 'Refund' },
        ', type ',
        { kind: 'code', text: '10' },
        ', and see ',
        { kind: 'link', text: 'money', guide: 'finance', section: 'pay-it' },
        ', ',
        { kind: 'link', text: 'below', guide: undefined, section: 'next-step' },
        ' or ',
        { kind: 'link', text: 'all', guide: 'support', section: undefined },
        '.',
      ],
    },
    {
      kind: 'heading',
      id: 'next-step-a-customers-money',
      text: 'Next step: a customer’s money',
    },
    { kind: 'list', ordered: true, items: [['One goes on'], ['Two']] },
    { kind: 'list', ordered: false, items: [['A point']] },
    { kind: 'picture', file: 'a-1.webp', alt: 'What is seen' },
  ])
})

test.each([
  ['no title'],
  ['# A title\n\n> a quotation'],
  ['# A title\n\n| a | table |'],
  ['# A title\n\n<b>markup</b>'],
  ['# A title\n\n### too deep'],
  ['# A title\n\n![no description of a photograph](elsewhere/a.png)'],
  ['# A title\n\n[out](https://example.com)'],
  ['# A title\n\n[a page](/admin/customers)'],
])('what they do not use is refused: %s', (text) => {
  expect(() => readGuide(text)).toThrow()
})
