const steps: Record<string, string> = {
  collect: 'Noting what to look for afterwards',
  overwrite: 'Overwriting',
  scan: 'Looking through the database for what is left',
  key: 'Destroying the key',
  certify: 'Writing the certificate',
}

export function stepInWords(step: string): string {
  return steps[step] ?? step
}
