import type { Account, Network } from './network.ts';
import type { Views } from './views.ts';
import { invalidRequest, XrpcError, type Methods } from './xrpc.ts';

export function actorMethods(network: Network, views: Views): Methods {
  return {
    'app.bsky.actor.getProfile': {
      type: 'query',
      auth: 'access',
      run: ({ params }) => views.detailed(readable(network, params.required('actor')).did),
    },
    'app.bsky.actor.getProfiles': {
      type: 'query',
      auth: 'access',
      run({ params }) {
        const actors = params.requiredList('actors', 25).map((actor) => network.find(actor));
        const active = actors.filter((account) => account?.status === 'active');
        return {
          profiles: active.flatMap((account) => (account ? [views.detailed(account.did)] : [])),
        };
      },
    },
    'com.atproto.identity.resolveHandle': {
      type: 'query',
      auth: 'none',
      run({ params }) {
        const handle = params.required('handle');
        const account = network.find(handle);
        if (account === undefined) throw invalidRequest('Unable to resolve handle');
        return { did: account.did };
      },
    },
    'com.atproto.sync.getRepoStatus': {
      type: 'query',
      auth: 'none',
      run({ params }) {
        const did = params.required('did');
        const account = network.find(did);
        if (account === undefined) {
          throw new XrpcError(400, 'RepoNotFound', `Could not find repo for DID: ${did}`);
        }
        return account.status === 'active'
          ? { did, active: true, rev: account.rev }
          : { did, active: false, status: account.status };
      },
    },
  };
}

/** The account, or the refusal that tells why its profile cannot be shown. */
export function readable(network: Network, actor: string): Account {
  const account = network.find(actor);
  switch (account?.status) {
    case 'active':
      return account;
    case 'takendown':
      throw new XrpcError(400, 'AccountTakedown', 'Account has been suspended');
    case 'deactivated':
      throw new XrpcError(400, 'AccountDeactivated', 'Account is deactivated');
    case 'deleted':
    case undefined:
      throw invalidRequest('Profile not found');
  }
}
