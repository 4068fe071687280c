import { createHash, randomBytes } from 'node:crypto';
import { type Clock, createClock } from '../../sandbox/clock.ts';
import {
  type OrgControl,
  type SalesforceEmulator,
  type SalesforceOptions,
  startSalesforce,
} from '../../sandbox/salesforce/index.ts';

export const V = '/services/data/v68.0';
export const BACK = 'http://127.0.0.1:9/oauth/salesforce';

/** What an app like ours brings: an object of its own and a score on the contact. */
export const PACKAGE = {
  objects: [
    {
      name: 'Social_Activity__c',
      fields: [
        {
          name: 'External_Key__c',
          type: 'string',
          length: 255,
          externalId: true,
          unique: true,
          caseSensitive: true,
        },
        {
          name: 'Contact__c',
          type: 'reference',
          referenceTo: ['Contact'],
          childRelationshipName: 'Social_Activities__r',
        },
        { name: 'Body__c', type: 'textarea', length: 131_072 },
        {
          name: 'Kind__c',
          type: 'picklist',
          picklistValues: ['reply', 'review'],
          restrictedPicklist: true,
        },
      ],
    },
  ],
  fields: {
    Contact: [{ name: 'Score__c', type: 'double', precision: 6, scale: 2 }],
  },
} as const;

export interface Answer {
  status: number;
  headers: Headers;
  /** Whatever the endpoint answers; each test looks at what it knows to be there. */
  body: Body_;
}

interface Body_ {
  [key: string]: unknown;
  id: string;
  records: Record<string, unknown>[];
  totalSize: number;
  done: boolean;
  nextRecordsUrl: string;
  0: { errorCode: string; message: string; fields: string[]; [key: string]: unknown };
}

export interface Result {
  id?: string;
  success: boolean;
  created?: boolean;
  errors: { statusCode: string; message: string; fields: string[] }[];
}

export interface Scene {
  clock: Clock;
  salesforce: SalesforceEmulator;
  org: OrgControl;
  call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer>;
  query: (soql: string, resource?: 'query' | 'queryAll') => Promise<Answer>;
  token: (form: Record<string, string>) => Promise<Answer>;
}

/** An org with the package installed, and an integration user who may use it. */
export async function openScene(options: SalesforceOptions = {}): Promise<Scene> {
  const clock = createClock({ frozen: true, startAt: Date.parse('2026-11-21T09:00:00Z') });
  const salesforce = await startSalesforce({
    clock,
    ...options,
    app: { redirectUris: [BACK], ...options.app },
  });
  const org = salesforce.org();
  org.install(structuredClone(PACKAGE));
  const user = 'integration@sample.example';
  org.assignPermissionSet(user);
  let { accessToken } = org.authorise(user);
  const call: Scene['call'] = async (method, path, body, headers = {}) => {
    const send = () =>
      fetch(salesforce.url + path, {
        method,
        headers: {
          authorization: `Bearer ${accessToken}`,
          'content-type': 'application/json',
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    let answer = await send();
    if (answer.status === 401 && headers.authorization === undefined) {
      ({ accessToken } = org.authorise(user));
      answer = await send();
    }
    return readAnswer(answer);
  };
  const token: Scene['token'] = async (form) =>
    readAnswer(
      await fetch(`${salesforce.url}/services/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({
          client_id: salesforce.app.consumerKey,
          client_secret: salesforce.app.consumerSecret,
          ...form,
        }),
      }),
    );
  const query: Scene['query'] = (soql, resource = 'query') =>
    call('GET', `${V}/${resource}?q=${encodeURIComponent(soql)}`);
  return { clock, salesforce, org, call, query, token };
}

async function readAnswer(answer: Response): Promise<Answer> {
  const text = await answer.text();
  const isJson = (answer.headers.get('content-type') ?? '').includes('json');
  return {
    status: answer.status,
    headers: answer.headers,
    body: (text === '' ? {} : isJson ? JSON.parse(text) : { text }) as Body_,
  };
}

export const resultsOf = ({ body }: Answer): Result[] => body as unknown as Result[];
export const codeOf = ({ body }: Answer): string => body[0].errorCode;

export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(48).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** Goes through the approval page as a person does; answers what the redirect carries. */
export async function approve(
  { url, app }: SalesforceEmulator,
  more: Record<string, string>,
): Promise<URLSearchParams> {
  const answer = await fetch(`${url}/services/oauth2/authorize`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      response_type: 'code',
      client_id: app.consumerKey,
      redirect_uri: BACK,
      scope: 'api refresh_token',
      state: 'xyz',
      decision: 'allow',
      ...more,
    }),
  });
  const location = answer.headers.get('location');
  return location === null ? new URLSearchParams() : new URL(location).searchParams;
}
