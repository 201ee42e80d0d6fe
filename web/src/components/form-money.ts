import * as z from 'zod/mini'
import { parseMoney } from '../ui/format'

/** Pounds with pence as a person types them, exactly to the penny. */
export const requiredMoney = z.pipe(
  z.string().check(
    z.refine((text) => text.trim() !== '', { message: 'Enter an amount', abort: true }),
    z.refine((text) => parseMoney(text) !== undefined, {
      message: 'Enter pounds with pence, such as 40 or 12.50',
      abort: true,
    }),
    z.refine((text) => (parseMoney(text) ?? 0) > 0, 'Enter more than £0.00'),
  ),
  z.transform((text: string) => parseMoney(text) ?? 0),
)

/** As `requiredMoney`, zero allowed; nothing typed is no ceiling. */
export const optionalMoney = z.pipe(
  z.string().check(
    z.refine((text) => text.trim() === '' || (parseMoney(text) ?? -1) >= 0, {
      message: 'Enter pounds with pence, such as 40 or 12.50',
    }),
  ),
  z.transform((text: string) => (text.trim() === '' ? null : (parseMoney(text) ?? null))),
)
