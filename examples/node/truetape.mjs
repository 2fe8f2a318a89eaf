// A replay for Node's test runner: a base URL for each test, and a failure with the miss's own text.
//
// Copy this file beside your tests:
//
//     import { replaying } from './truetape.mjs';
//     const replay = await replaying(['cassettes/billing.yaml']);
//     replay.test('…', async ({ url }) => { … });
//
// Nothing but Node and the `truetape` program is needed; TRUETAPE names the program if it is not on the PATH.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';

/** Starts a replay that ends with this file's tests. `options` are those of `truetape replay`. */
export async function replaying(cassettes, { options = [], audit = false } = {}) {
  const program = process.env.TRUETAPE ?? 'truetape';
  const child = spawn(program, ['replay', ...cassettes, '--listen', '127.0.0.1:0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`${program} did not start (exit ${code}); it said why on stderr`)));
    createInterface({ input: child.stdout }).once('line', line => resolve(line.split(' ')[2]));
  });
  after(() => new Promise(done => { child.removeAllListeners('exit'); child.once('exit', done); child.kill(); }));

  const ask = async (path, method = 'GET') => {
    const headers = { 'content-type': 'application/json' };
    const token = process.env.TRUETAPE_ADMIN_TOKEN;
    if (token) headers.authorization = `Bearer ${token}`;
    const answer = await fetch(`${url}/__truetape/${path}`, { method, headers });
    const body = await answer.text();
    return answer.ok && body ? JSON.parse(body) : undefined;
  };

  const wrong = async name => {
    const misses = ((await ask(`misses?session=${name}`)) ?? []).map(miss => `${miss.detail}\n  hint: ${miss.hint}`);
    const report = audit ? await ask(`audits?session=${name}`) : undefined;
    const findings = (report?.findings ?? [])
      .filter(finding => finding.severity !== 'info')
      .map(finding => `${finding.rule}: ${finding.message}\n  hint: ${finding.hint}`);
    return [...misses, ...findings].join('\n');
  };

  return {
    url,
    /** A test with a session of its own, which `url` leads to. It fails on misses, and on findings if told. */
    test: (title, body) => test(title, async t => {
      const digest = createHash('sha256').update(t.fullName ?? title).digest('hex').slice(0, 8);
      const name = `${title.replace(/[^\w.~-]+/g, '-').slice(-100)}-${digest}`;
      let failed, cause;
      try {
        await body({ t, name, url: `${url}/__truetape/session/${name}` });
      } catch (error) {
        [failed, cause] = [true, error];
      }
      const found = await wrong(name);
      await ask(`sessions/${name}`, 'DELETE');
      // A client that met a miss mostly fails in some other way: the miss is why.
      if (found) throw new Error(found, failed ? { cause } : undefined);
      if (failed) throw cause;
    }),
  };
}
