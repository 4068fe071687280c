import process from 'node:process';
import { rm } from 'node:fs/promises';

export default async function tearDown() {
  // The last test file to leave has stopped the server.
  await rm(process.env.ECHOFILE_TEST_DIR, { recursive: true, force: true });
}
