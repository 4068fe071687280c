import { afterAll, beforeAll, describe } from '@jest/globals';
import { provisionPlan } from '../../src/contract/manifest.ts';
import { accountLaws, readingLaws, updateLaws } from './crm/contacts.ts';
import { entryLaws } from './crm/entries.ts';
import { failureLaws } from './crm/failures.ts';
import { webhookLaws } from './crm/webhooks.ts';
import type { CrmSuite, Scene } from './crm/scene.ts';

export { entryFor } from './crm/scene.ts';
export type { Announcement, CrmFixture, CrmSuite, Fault } from './crm/scene.ts';

/** Every CRM connector passes these. A connector's own tests add only what is special about it. */
export function conformsToCrm(suite: CrmSuite): void {
  const scene = {} as Scene;
  beforeAll(async () => {
    scene.fixture = await suite.start();
    scene.crm = scene.fixture.connector;
    scene.provisioned = await scene.crm.provision(provisionPlan('en'));
  });
  afterAll(async () => {
    await scene.fixture.stop();
  });
  describe('account and fields', () => {
    accountLaws(scene);
  });
  describe('reading contacts', () => {
    readingLaws(suite, scene);
  });
  describe('updating contacts', () => {
    updateLaws(suite, scene);
  });
  describe('timeline entries', () => {
    entryLaws(suite, scene);
  });
  describe('failures', () => {
    failureLaws(suite, scene);
  });
  describe('webhooks', () => {
    webhookLaws(suite, scene);
  });
}
