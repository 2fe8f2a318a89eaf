// Verifies pact files one after the other: each line in names a file and a URL, each line out says which interactions failed.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import path from 'node:path';

const require = createRequire(path.join(process.cwd(), 'index.js'));
const { Verifier } = require('@pact-foundation/pact');

for await (const line of createInterface({ input: process.stdin })) {
  const { file, url } = JSON.parse(line);
  let text = '';
  const old = process.stdout.write.bind(process.stdout);
  let passed = true;
  try {
    await new Verifier({ provider: 'vendor', providerBaseUrl: url, pactUrls: [file], logLevel: 'error' }).verifyProvider();
  } catch (error) {
    passed = false;
    text = String(error && error.message ? error.message : error);
  }
  old('\u0001' + JSON.stringify({ passed, text }) + '\n');
}
