import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PublicReply } from '../../src/contract/ports.ts';
import { OutboundError } from '../../src/platform/http/outboundError.ts';
import { verifyBacklink } from '../../src/services/verifyBacklink.ts';
import { testApp, type TestApp } from '../fixtures/app.ts';
import { fieldsOf, pairings, say, sql, texts } from './scene.ts';

const LINK = '<a rel="me" href="https://social.example/profile/ada.example">me</a>';

let world: TestApp;
let site: () => Partial<PublicReply> | OutboundError;
let fetched: string[];
beforeEach(async () => {
  fetched = [];
  site = () => page('');
  world = await testApp({
    fetchPublic: ({ url }) => {
      fetched.push(url);
      const answer = site();
      if (answer instanceof Error) return Promise.reject(answer);
      const headers = { 'content-type': 'text/html; charset=utf-8' };
      return Promise.resolve({ status: 200, headers, body: Buffer.from(''), url, ...answer });
    },
  });
});
afterEach(() => world.close());

function page(html: string, rest: Partial<PublicReply> = {}): Partial<PublicReply> {
  return { body: Buffer.from(`<!doctype html><title>Ada</title>${html}`), ...rest };
}

async function adaNamesHerSite() {
  const contact = world.crm.seed({ firstname: 'Ada', website: 'https://www.ada.example/about' });
  await world.announce();
  world.network.join('did:ada', {
    handle: 'ada.example',
    url: 'https://social.example/profile/ada.example',
    websites: ['https://ada.example'],
  });
  say(world, 'did:ada', 'no signal');
  await world.round();
  return contact;
}

/** As when a week has passed. */
async function recheckSites() {
  await sql(world, `update backlinks set checked_at = now() - interval '8 days'`);
  await world.round();
}

describe('a profile that names the website of a contact', () => {
  test('is linked when the front page links back', async () => {
    site = () => page(LINK);
    const contact = await adaNamesHerSite();
    expect(texts(world, contact)).toEqual(['no signal']);
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
    expect(fetched).toEqual(['https://ada.example/']);
  });

  test.each<[string, () => Partial<PublicReply>]>([
    ['does not link', () => page('<a href="https://social.example/profile/ada.example">me</a>')],
    ['links in a comment of the markup', () => page(`<!-- ${LINK} -->`)],
    ['links in text that is escaped', () => page(LINK.replaceAll('<', '&lt;'))],
    ['links in a template', () => page(`<template>${LINK}</template>`)],
    ['links on another network', () => page(LINK.replace('social.', 'other.'))],
    ['links to a subdomain of the network', () => page(LINK.replace('social.', 'x.social.'))],
    ['links to another account', () => page(LINK.replace('ada.example"', 'eve.example"'))],
    ['links to a longer name', () => page(LINK.replace('ada.example"', 'ada.example.evil"'))],
    ['redirects to another host', () => page(LINK, { url: 'https://evil.example/' })],
    ['is not found', () => page(LINK, { status: 404 })],
    ['is no page', () => page(LINK, { headers: { 'content-type': 'text/plain' } })],
  ])('is only suggested when the front page %s', async (_, answer) => {
    site = answer;
    const contact = await adaNamesHerSite();
    expect(await pairings(world)).toEqual([`did:ada>${contact} suggested`]);
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).not.toHaveProperty('memory_handle');
  });

  test('loses the link when the page takes it back, and with it the entries and our values', async () => {
    site = () => page(LINK);
    const contact = await adaNamesHerSite();
    expect(fieldsOf(world, contact).memory_handle).toBe('ada.example');
    site = () => page('');
    await recheckSites();
    expect(texts(world, contact)).toEqual([]);
    expect(fieldsOf(world, contact)).toEqual({
      firstname: 'Ada',
      website: 'https://www.ada.example/about',
    });
    expect(await pairings(world)).toEqual([`did:ada>${contact} suggested`]);
  });

  test.each<[string, () => Partial<PublicReply> | OutboundError]>([
    ['times out', () => new OutboundError('timeout', 'ada.example')],
    ['cannot be reached', () => new OutboundError('unreachable', 'ada.example')],
    ['fails', () => ({ status: 500 })],
    ['is asked too often', () => ({ status: 429 })],
  ])('keeps what is known while the site %s', async (_, answer) => {
    site = () => page(LINK);
    const contact = await adaNamesHerSite();
    const [account] = await sql<{ id: string }>(world, `select id from accounts`);
    site = answer;
    const again = verifyBacklink(world.app, world.workspace, {
      account: account?.id ?? '',
      host: 'ada.example',
    });
    await expect(again).rejects.toThrow(OutboundError);
    await world.settle();
    expect(texts(world, contact)).toEqual(['no signal']);
  });

  // One account of a network is the contact's already: nobody is asked about a second one that only claims to be theirs.
  test('gets nothing for pretending to be a contact whose account is known', async () => {
    site = () => page(LINK);
    const contact = await adaNamesHerSite();
    world.network.join('did:eve', {
      handle: 'ada.examp1e',
      displayName: 'Ada',
      url: 'https://social.example/profile/ada.examp1e',
      websites: ['https://ada.example'],
    });
    say(world, 'did:eve', 'send money');
    await world.round();
    expect(await pairings(world)).toEqual([`did:ada>${contact} active`]);
    expect(texts(world, contact)).toEqual(['no signal']);
  });
});
