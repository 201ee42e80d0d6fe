import * as z from 'zod/mini'

/** A line that must not be empty. */
export const requiredText = (what: string, longest: number) =>
  z
    .string()
    .check(
      z.trim(),
      z.minLength(1, `Enter ${what}`),
      z.maxLength(longest, `Use at most ${longest} characters`),
    )

/** A line that may be empty; then it is not sent. */
export const optionalText = (longest: number) =>
  z.pipe(
    z.string().check(z.trim(), z.maxLength(longest, `Use at most ${longest} characters`)),
    z.transform((text: string) => (text === '' ? undefined : text)),
  )

const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** An e-mail address or nothing. Only a plain slip is caught here; the server decides. */
export const optionalEmail = z.pipe(
  z.string().check(
    z.trim(),
    z.maxLength(254, 'Use at most 254 characters'),
    z.refine(
      (text) => text === '' || email.test(text),
      'Enter an address such as name@example.com',
    ),
  ),
  z.transform((text: string) => (text === '' ? undefined : text)),
)

export const requiredEmail = z.string().check(
  z.trim(),
  z.maxLength(254, 'Use at most 254 characters'),
  z.refine((text) => email.test(text), 'Enter an address such as name@example.com'),
)

export const newPassword = z
  .string()
  .check(
    z.minLength(12, 'Use at least 12 characters'),
    z.maxLength(256, 'Use at most 256 characters'),
  )
