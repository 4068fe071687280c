import process from 'node:process';
import { jest } from '@jest/globals';

// Real processes on two shared cores: on CI one stumble is logged and tried again, a second one counts. Not while developing.
if (process.env.CI === 'true') jest.retryTimes(1, { logErrorsBeforeRetry: true });
