import base from './jest.config.js';

/** Journeys of people through the pages, in Debian's Chromium. */
export default {
  ...base,
  testMatch: ['<rootDir>/tests/browser/**/*.test.ts'],
  testPathIgnorePatterns: [],
  maxWorkers: 1,
};
