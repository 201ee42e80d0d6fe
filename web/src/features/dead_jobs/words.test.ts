import { describe, expect, it } from 'vitest'
import { jobInWords } from '../../ui/job-kinds'
import { aboutInWords } from './words'

describe('dead jobs in words', () => {
  it('says what a job does and what it is about', () => {
    expect(jobInWords('mail.send')).toBe('Sending a mail')
    expect(jobInWords('flags.expire')).toBe('Flags expire')
    expect(aboutInWords({ refundId: 'r1', count: 3 })).toBe('refund r1')
    expect(aboutInWords(null)).toBe('')
  })
})
