import type { PostRecord, RepoRecord } from '../story/types.ts';
import { cidOf } from './identifiers.ts';
import type { Network } from './network.ts';
import { invalidRequest, XrpcError, type Methods } from './xrpc.ts';

interface Write {
  repo?: string;
  collection?: string;
  rkey?: string;
  record?: Partial<PostRecord> & { text?: string };
}

const MAX_GRAPHEMES = 300;

/** The company's own repository: it may answer in public. Other repositories refuse. */
export function repoMethods(network: Network, nextTid: () => string, now: () => number): Methods {
  const own = ({ repo }: Write): string => {
    const brand = network.account(network.brandDid);
    if (repo !== brand.did && repo !== brand.handle) {
      throw new XrpcError(401, 'AuthenticationRequired', 'Authentication Required');
    }
    return brand.did;
  };
  const commit = (rev: string) => ({ cid: cidOf(rev), rev });

  return {
    'com.atproto.repo.createRecord': {
      type: 'procedure',
      auth: 'access',
      run({ body }) {
        const write = body as Write;
        const did = own(write);
        const collection = write.collection ?? '';
        const record = checked(collection, write.record ?? {});
        const rkey = write.rkey ?? nextTid();
        const rev = nextTid();
        const cid = cidOf(record);
        const receivedAt = new Date(now()).toISOString();
        network.apply({ kind: 'write', did, collection, rkey, cid, rev, record, receivedAt });
        const uri = `at://${did}/${collection}/${rkey}`;
        return { uri, cid, commit: commit(rev), validationStatus: 'valid' };
      },
    },
    'com.atproto.repo.deleteRecord': {
      type: 'procedure',
      auth: 'access',
      run({ body }) {
        const { collection = '', rkey = '', ...rest } = body as Write;
        const did = own(rest);
        // Deleting what is not there is accepted, without a commit.
        if (!network.records.has(`at://${did}/${collection}/${rkey}`)) return {};
        const rev = nextTid();
        network.apply({ kind: 'remove', did, collection, rkey, rev });
        return { commit: commit(rev) };
      },
    },
    'com.atproto.repo.getRecord': {
      type: 'query',
      auth: 'none',
      run({ params }) {
        const repo = params.required('repo');
        const place = `${params.required('collection')}/${params.required('rkey')}`;
        const account = network.find(repo);
        if (account === undefined) throw invalidRequest(`Could not find repo: ${repo}`);
        const uri = `at://${account.did}/${place}`;
        const stored = account.status === 'active' ? network.records.get(uri) : undefined;
        if (stored === undefined) {
          throw new XrpcError(400, 'RecordNotFound', `Could not locate record: ${uri}`);
        }
        return { uri, cid: stored.cid, value: stored.record };
      },
    },
  };
}

function checked(collection: string, record: Partial<PostRecord>): RepoRecord {
  const fault = (message: string) => invalidRequest(`Invalid ${collection} record: ${message}`);
  if (record.createdAt === undefined) {
    throw fault('Missing required key "createdAt" at $.record');
  }
  const graphemes = [...new Intl.Segmenter().segment(record.text ?? '')].length;
  if (graphemes > MAX_GRAPHEMES) {
    throw fault(`grapheme too big (maximum ${MAX_GRAPHEMES}, got ${graphemes}) at $.record.text`);
  }
  return record as RepoRecord;
}
