import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { recheck } from '../../src/services/recheck.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { sql } from './scene.ts';

let world: TestApp;
beforeEach(async () => {
  world = await testApp();
});
afterEach(() => world.close());

const held = async () =>
  (await sql<{ text: string }>(world, 'select text from activities'))
    .map(({ text }) => text)
    .sort();

function write(author: string, text: string, inReplyTo?: string, daysAgo = 0): string {
  const publishedAt = new Date(Date.now() - daysAgo * 86_400_000);
  return world.network.post({
    author,
    text,
    publishedAt,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
  });
}

/** Reads conversations, and nothing that the network would show the brand by itself. */
async function readConversations(): Promise<void> {
  await recheck(world.app, world.workspace, world.source);
  await world.settle();
}

describe('in a conversation with the brand (R21)', () => {
  test('only who spoke to the brand in that very conversation is listened to', async () => {
    const first = write('did:ada', 'ada to the brand');
    const other = write('did:cy', 'cy to the brand, elsewhere');
    await world.round();
    const second = write('did:ada', 'ada goes on', first);
    write('did:bo', 'bo to ada', second);
    write('did:cy', 'cy to ada', second);
    write('did:ada', 'ada to cy', other);
    await readConversations();
    expect(await held()).toEqual(['ada goes on', 'ada to the brand', 'cy to the brand, elsewhere']);
    expect(await sql(world, `select from accounts where native_id = 'did:bo'`)).toEqual([]);
  });

  test('is read for 14 days after the last word to the brand, and then no more', async () => {
    const lately = write('did:ada', '13 days ago', undefined, 13);
    const longAgo = write('did:bo', '15 days ago', undefined, 15);
    await world.round();
    write('did:ada', 'heard', lately);
    write('did:bo', 'unheard', longAgo);
    await readConversations();
    expect(await held()).toEqual(['13 days ago', '15 days ago', 'heard']);
  });
});
