import { tanstackRouter } from '@tanstack/router-plugin/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/** The server answers each request with its own nonce in place of this word. */
const CSP_NONCE = '__CSP_NONCE__'

/**
 * What every page stands on, in one file: it compresses better than in twenty, and stays in the browser's cache when only
 * our own code changes.
 */
const FRAME =
  /node_modules\/(react|react-dom|scheduler|@emotion|stylis|@tanstack\/(history|react-router|router-core|store))\//

/**
 * What most pages share beside the frame, in one file; a phone waits for a file longer than for its bytes. Not what dialogs, menus and
 * forms are made of, which comes when somebody opens one.
 */
const DESK =
  /@tanstack|src\/(ui|components|api)\/(?!.*(dialog|modal|sheet|popup|form|field|proof|generated))/i

export default defineConfig({
  plugins: [
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      routesDirectory: 'src/routes',
      generatedRouteTree: 'src/routes.gen.ts',
      quoteStyle: 'single',
    }),
    react(),
  ],
  html: { cspNonce: CSP_NONCE },
  build: {
    manifest: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'frame', test: FRAME },
            { name: 'start', tags: ['$initial'] },
            { name: 'icons', test: /lucide-react/, minShareCount: 2 },
            { name: 'desk', test: DESK, minShareCount: 8 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: 'http://localhost:8080', ws: true },
    },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'node',
  },
})
