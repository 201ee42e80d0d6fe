import type { CreateClientConfig } from './generated/client.gen'
import { withEarlyAnswer } from './early'
import { fetchWithStepUp } from './step-up'

/** Our own origin, our own cookie, and a question where something dangerous is done. */
export const createClientConfig: CreateClientConfig = (config) => ({
  ...config,
  baseUrl: '',
  credentials: 'same-origin',
  fetch: withEarlyAnswer(fetchWithStepUp),
})
