import type { Network } from './network.ts';
import type { createRateLimit } from './rate-limits.ts';
import type { Tokens } from './tokens.ts';
import { XrpcError, type Methods } from './xrpc.ts';

export interface Credentials {
  /** Handle of the company's account; its DID and e-mail address work too. */
  identifier: string;
  password: string;
}

interface Parts {
  network: Network;
  tokens: Tokens;
  credentials: Credentials;
  email: string;
  /** Address of this server, known once it listens: clients go on where the DID document points. */
  serviceEndpoint: () => string;
}

export function serverMethods(parts: Parts): Methods {
  const { network, tokens, credentials } = parts;
  const session = () => {
    const { did, handle } = network.account(network.brandDid);
    return {
      did,
      didDoc: didDocument(did, handle, parts.serviceEndpoint()),
      handle,
      email: parts.email,
      emailConfirmed: false,
      active: true,
    };
  };
  return {
    'com.atproto.server.describeServer': {
      type: 'query',
      auth: 'none',
      run: () => ({
        did: 'did:web:localhost',
        availableUserDomains: ['.test', '.example'],
        inviteCodeRequired: false,
        links: {
          privacyPolicy: 'https://bsky.social/about/support/privacy-policy',
          termsOfService: 'https://bsky.social/about/support/tos',
        },
        contact: {},
      }),
    },
    'com.atproto.server.createSession': {
      type: 'procedure',
      auth: 'none',
      run({ body }) {
        const { identifier, password } = body as Partial<Credentials>;
        const { did } = network.account(network.brandDid);
        const names = [credentials.identifier, did, parts.email];
        if (!names.includes(identifier ?? '') || password !== credentials.password) {
          throw new XrpcError(401, 'AuthenticationRequired', 'Invalid identifier or password');
        }
        return { ...tokens.issue(), ...session() };
      },
    },
    'com.atproto.server.refreshSession': {
      type: 'procedure',
      auth: 'refresh',
      run: ({ token }) => ({ ...tokens.rotate(token), ...session() }),
    },
    'com.atproto.server.deleteSession': {
      type: 'procedure',
      auth: 'refresh',
      run({ token }) {
        tokens.revoke(token);
      },
    },
    'com.atproto.server.getSession': { type: 'query', auth: 'access', run: session },
  };
}

/** 30 sign-ins in five minutes, counted per name and address, failed ones included. */
export function signInKey(body: unknown, ip: string): string {
  const { identifier = '' } = (body ?? {}) as Partial<Credentials>;
  return `${identifier}-${ip}`;
}

export type RateLimit = ReturnType<typeof createRateLimit>;

function didDocument(did: string, handle: string, serviceEndpoint: string) {
  return {
    '@context': [
      'https://www.w3.org/ns/did/v1',
      'https://w3id.org/security/suites/secp256k1-2019/v1',
    ],
    id: did,
    alsoKnownAs: [`at://${handle}`],
    verificationMethod: [
      {
        id: '#atproto',
        type: 'EcdsaSecp256k1VerificationKey2019',
        controller: did,
        publicKeyMultibase:
          'zRPZbzCH56WAs1hFeSwJKoo664i94dnAXRVKSxh6kz7f5biHRC3pnVwLL2yrzdXgcWeafGRc7Z8WPmBDbYZofTQ5F',
      },
    ],
    service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint }],
  };
}
