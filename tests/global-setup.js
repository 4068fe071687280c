import process from 'node:process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for the PostgreSQL server that all test files of a run share; workers inherit the environment. */
export default async function setUp() {
  process.env.ECHOFILE_TEST_DIR = await mkdtemp(join(tmpdir(), 'echofile-tests-'));
}
