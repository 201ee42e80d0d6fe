import type { CreateClientConfig } from './generated/client.gen'

/** Our own origin, our own cookie: nothing to configure but that. */
export const createClientConfig: CreateClientConfig = (config) => ({
  ...config,
  baseUrl: '',
  credentials: 'same-origin',
})
