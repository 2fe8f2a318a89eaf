import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Customers } from './customers.mjs';
import { replaying } from './truetape.mjs';

const tour = fileURLToPath(new URL('../../cassettes/library/sandbox/tour.yaml', import.meta.url));
const replay = await replaying([tour]);

replay.test('all pages are read', async ({ url }) => {
  assert.equal((await new Customers(url).names()).length, 7);
});

replay.test('an unknown customer is undefined', async ({ url }) => {
  assert.equal(await new Customers(url).find('cus_nope'), undefined);
});

replay.test('another test has the same answers to itself', async ({ url }) => {
  assert.equal((await new Customers(url).names()).length, 7);
});
