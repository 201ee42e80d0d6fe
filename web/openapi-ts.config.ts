import { defineConfig } from '@hey-api/openapi-ts'

export default defineConfig({
  input: '../api/openapi.json',
  output: { path: 'src/api/generated', importFileExtension: null },
  parser: {
    patch: {
      // Our whole numbers are pence and counts, far below 2^53: plain numbers, not bigint.
      schemas: (_name, schema) => {
        dropInt64(schema)
      },
    },
  },
  plugins: [
    '@hey-api/typescript',
    { name: '@hey-api/client-fetch', runtimeConfigPath: '../client-config' },
    '@hey-api/sdk',
    {
      name: '@tanstack/react-query',
      queryKeys: { tags: true },
      infiniteQueryKeys: { tags: true },
    },
  ],
})

function dropInt64(node: unknown): void {
  if (typeof node !== 'object' || node === null) return
  if ('format' in node && node.format === 'int64') delete node.format
  Object.values(node).forEach(dropInt64)
}
