import { NotFoundPage } from '../errors'
import { GuidePage } from './GuidePage'
import type { Found } from './guides'

export function GuideRoute({ found }: { found: Found }) {
  return found ? <GuidePage {...found} /> : <NotFoundPage />
}
