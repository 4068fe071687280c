/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  // They need a browser: npm run test:browser.
  testPathIgnorePatterns: ['<rootDir>/tests/browser/'],
  globalSetup: './tests/global-setup.js',
  globalTeardown: './tests/global-teardown.js',
  // The emulators and the database run as real child processes and real sockets on two cores.
  testTimeout: 60_000,
  maxWorkers: 2,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
