import type { SocialItem } from '../../src/domain/social.ts';
import type { App } from '../../src/services/app.ts';
import { attribute } from '../../src/services/attribute.ts';
import { ingest } from '../../src/services/ingest.ts';
import { sealSecrets } from '../../src/services/openConnection.ts';
import { putConnection, readConnection, setConnectionState } from '../../src/store/connections.ts';

const PAGE = 100;
const AT_A_TIME = 4;

export function handleOf(index: number): string {
  return `person-${index}.nordlicht.example`;
}

/**
 * Everybody posts once: stored and paired by the services themselves, as a source's page would be. Returns how many accounts
 * were paired or looked at.
 */
export async function everybodyPosts(app: App, workspace: string, people: number): Promise<number> {
  const connection = await app.database.inWorkspace(workspace, async (tx) => {
    const id = await putConnection(
      tx,
      { kind: 'social', connector: 'bluesky', accountId: 'bench', title: 'Bench', settings: {} },
      (connectionId) => sealSecrets(app, workspace, connectionId, {}),
    );
    // There is no network behind it: it must not be polled.
    await setConnectionState(tx, id, 'revoked', 'bench');
    return readConnection(tx, id);
  });
  if (connection === undefined) throw new Error('the source was not stored');
  const accounts: string[] = [];
  for (let from = 0; from < people; from += PAGE) {
    const items = Array.from({ length: Math.min(PAGE, people - from) }, (_, at) => post(from + at));
    const { awake } = await app.database.inWorkspace(workspace, (tx) =>
      ingest(app, tx, connection, items),
    );
    accounts.push(...awake);
  }
  const waiting = accounts.values();
  const lane = async () => {
    for (const account of waiting) await attribute(app, workspace, account);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return accounts.length;
}

function post(index: number): SocialItem {
  const handle = handleOf(index);
  const uri = `at://did:plc:bench${index}/app.bsky.feed.post/1`;
  return {
    author: {
      nativeId: `did:plc:bench${index}`,
      handle,
      displayName: `Person ${index}`,
      url: `https://bsky.app/profile/${handle}`,
      bio: undefined,
      websites: [],
      email: undefined,
      handleIsDomain: false,
    },
    activity: {
      nativeId: uri,
      kind: 'mention',
      text: `Nordlicht Mobil, post number ${index}: no signal on the train again.`,
      url: `https://bsky.app/profile/${handle}/post/1`,
      publishedAt: new Date(Date.now() - 86_400_000),
      editedAt: undefined,
      revision: '1',
      language: 'en',
      threadId: uri,
      inReplyTo: undefined,
    },
  };
}
