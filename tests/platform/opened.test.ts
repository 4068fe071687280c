import { expect, test } from '@jest/globals';
import { Opened } from '../../src/platform/opened.ts';

test('closes the last first, once, and all although one fails', async () => {
  const closed: string[] = [];
  const opened = new Opened();
  opened.defer(() => closed.push('database'));
  opened.defer(() => {
    closed.push('jobs');
    throw new Error('jobs would not end');
  });
  opened.defer(() => Promise.resolve(closed.push('server')));
  await expect(opened.close()).rejects.toThrow('jobs would not end');
  await opened.close();
  expect(closed).toEqual(['server', 'jobs', 'database']);
});

test('what failed to open leaves nothing open; what opened stays open', async () => {
  const closed: string[] = [];
  const failing = Opened.during((opened) => {
    opened.defer(() => closed.push('half'));
    return Promise.reject(new Error('no second half'));
  });
  await expect(failing).rejects.toThrow('no second half');
  expect(closed).toEqual(['half']);
  await Opened.during((opened) => {
    opened.defer(() => closed.push('whole'));
    return Promise.resolve();
  });
  expect(closed).toEqual(['half']);
  await Opened.within((opened) => {
    opened.defer(() => closed.push('used'));
    return Promise.resolve();
  });
  expect(closed).toEqual(['half', 'used']);
});
