import { describe, expect, it } from 'vitest'
import { aboutInWords, kindInWords } from './words'

describe('dead jobs in words', () => {
  it('says what a job does and what it is about', () => {
    expect(kindInWords('mail.send')).toBe('Sending a mail')
    expect(kindInWords('flags.expire')).toBe('Flags expire')
    expect(aboutInWords({ refundId: 'r1', count: 3 })).toBe('refund r1')
    expect(aboutInWords(null)).toBe('')
  })
})
