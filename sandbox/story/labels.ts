import { readTable, type Row } from './captures.ts';

/** Rows of truth.csv: what is true about the invented people, written down before any program looked. */
export interface AccountLabel {
  id: string;
  server: string;
  nativeId: string;
  handle: string;
  displayName: string;
  contactId: string;
  evidence: string;
  /** `strong`, `medium`, `weak`, `organisation` or `none`: what a careful person would make of the evidence. */
  strength: string;
  /** Contacts that look alike and are somebody else. */
  mustNotPairWith: string[];
  finalState: string;
}

export interface ActivityLabel {
  id: string;
  server: string;
  nativeId: string;
  nativeUrl: string;
  accountId: string;
  contactId: string;
  kind: string;
  sentiment: string;
  isBrand: boolean;
  mentionsBrand: boolean;
  finalState: string;
  replyTo: string;
}

export function loadAccountLabels(): AccountLabel[] {
  return rowsOf('account').map((row) => ({
    id: row('id'),
    server: row('server'),
    nativeId: row('native_id'),
    handle: row('handle'),
    displayName: row('display_name'),
    contactId: row('contact_id'),
    evidence: row('evidence'),
    strength: row('strength'),
    mustNotPairWith: row('must_not_pair_with')
      .split('|')
      .filter((one) => one !== ''),
    finalState: row('final_state'),
  }));
}

export function loadActivityLabels(): ActivityLabel[] {
  return rowsOf('activity').map((row) => ({
    id: row('id'),
    server: row('server'),
    nativeId: row('native_id'),
    nativeUrl: row('native_url'),
    accountId: row('account_id'),
    contactId: row('contact_id'),
    kind: row('kind'),
    sentiment: row('sentiment'),
    isBrand: row('is_brand') === 'yes',
    mentionsBrand: row('mentions_brand') === 'yes',
    finalState: row('final_state'),
    replyTo: row('reply_to'),
  }));
}

/** Time in the story of each activity; its order is the order of the recording. */
export function loadTimeline(): Map<string, string> {
  return new Map(readTable('timeline.csv').map((row) => [row('activity_id'), row('story_at')]));
}

function rowsOf(record: string): Row[] {
  return readTable('truth.csv').filter((row) => row('record') === record);
}
