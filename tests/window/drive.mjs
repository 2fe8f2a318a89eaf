// Drives the window in a headless browser and holds what is on it against what clients asked.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, url, profile] = process.argv.slice(2);
const { default: puppeteer } = await import(createRequire(join(modules, 'x.js')).resolve('puppeteer-core').replace(/^/, 'file://'));
const quiet = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', userDataDir: profile, args: quiet });
const wrong = [];
try {
  const page = await browser.newPage();
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (said) => { if (said.type() === 'error') wrong.push(said.text()); });
  page.on('request', (request) => { if (!request.url().startsWith(url) && !request.url().startsWith('data:')) wrong.push(`asked ${request.url()}`); });
  page.on('dialog', (dialog) => { wrong.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  const text = (selector) => page.$eval(selector, (element) => element.textContent);
  const until = async (what, holds, ...given) => page.waitForFunction(holds, { timeout: 15000 }, ...given).catch(() => assert.fail(`never came: ${what}`));
  await page.setViewport({ width: 1300, height: 800 });
  await page.goto(`${url}/__truetape/`, { waitUntil: 'domcontentloaded' });
  await until('live', () => document.querySelector('#live').dataset.state === 'live');
  assert.match(await text('#no-rows'), /Nothing was asked yet/);
  assert.equal(await text('#sum-used'), '0 of 123');

  // Two of three pages, a miss, and what would be markup if it were not text.
  const walk = await (await fetch(`${url}/__truetape/chains`)).json();
  const pages = walk[0].pages;
  const vile = '/<img src=x onerror=alert(1)>';
  for (const page of pages.slice(0, 2)) assert.equal((await fetch(url + page.target)).status, 200);
  assert.equal((await fetch(`${url}${pages[0].target}0`)).status, 501);
  await fetch(`${url}/__truetape/session/test_one${encodeURI(vile)}`, { headers: { 'X-Vile': vile } });
  await until('four rows', () => document.querySelectorAll('#rows .row').length === 4);
  assert.equal((await page.$$('#rows .row.missed')).length, 2);
  assert.equal((await page.$$('#rows img, #misses img, #detail img')).length, 0);
  await until('the sums', () => document.querySelector('#sum-misses').textContent === '2' && document.querySelector('#sum-used').textContent.startsWith('2 of'));

  // By keyboard: into the list, to its first row, and out again.
  await page.focus('#rows');
  await page.keyboard.press('Home');
  assert.ok((await text('#detail h2')).includes(pages[0].target), await text('#detail'));
  await page.keyboard.press('Escape');
  assert.equal(await page.$eval('#detail', (detail) => detail.hidden), true);
  await page.keyboard.press('/');
  await page.keyboard.type('miss');
  assert.equal((await page.$$('#rows .row')).length, 2);
  await page.$eval('#filter', (filter) => { filter.value = ''; filter.dispatchEvent(new Event('input')); });

  await page.focus('#tab-requests');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.$eval('#tab-misses', (tab) => tab.getAttribute('aria-selected')), 'true');
  await until('the difference', () => [...document.querySelectorAll('#misses .diff tbody tr')].some((row) => row.textContent.includes('limit')));
  assert.ok(await page.$('#misses .diff mark'), 'what differs is marked');
  await page.click('#tab-chains');
  await until('the page that was never fetched', () => document.querySelectorAll('#chains .walk:first-child g.visited').length === 2 && document.querySelector('#chains .walk:first-child g.never'));
  await page.click('#tab-findings');
  await until('a finding', () => document.querySelector('#findings').textContent.includes('unknown-request'));
  await page.click('#tab-sessions');
  await until('both sessions', () => document.querySelectorAll('#sessions tbody tr').length === 2);
  await page.select('#session', 'test_one');
  await page.click('#tab-requests');
  assert.equal((await page.$$('#rows .row')).length, 1);
  await page.select('#session', '');

  // Ten thousand more: the page keeps a screenful of them, and stays at the newest where it is told to follow.
  await page.click('#follow');
  for (let sent = 0; sent < 10000; sent += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, at) => fetch(`${url}/__truetape/session/many/n${sent + at}`).then((answer) => answer.arrayBuffer())));
  }
  await until('ten thousand', () => list.items.length >= 10004, 30000);
  const started = Date.now();
  const rows = await page.$$eval('#rows .row', (all) => all.map((row) => row.textContent));
  assert.ok(rows.length < 100, `${rows.length} rows are drawn`);
  assert.ok(rows.at(-1).includes('/n9'), rows.at(-1));
  await page.$eval('#rows', (box) => { box.scrollTop = 0; });
  await until('the first row again', (first) => document.querySelector('#rows').textContent.includes(first), pages[0].target);
  assert.ok(Date.now() - started < 5000, 'scrolling is not slow');

  await page.click('#reset');
  await until('put back', () => document.querySelector('#sum-requests').textContent === '0');
  // At phone width nothing is wider than the window.
  for (const scheme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await page.setViewport({ width: 380, height: 700 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${scheme}: too wide`);
  }
  assert.deepEqual(wrong, []);
  const stopped = await fetch(`${url}/__truetape/misses`).then((answer) => answer.json());
  assert.deepEqual(stopped, [], 'put back means no misses either');
  await fetch(`${url}/v1/never-recorded`);
  assert.equal((await fetch(`${url}/__truetape/shutdown`, { method: 'POST' })).status, 202);
  await until('the loss is told', () => document.querySelector('#live').dataset.state === 'lost');
  console.log(`the window showed ${rows.length} of 10 004 requests, misses, findings, pages and sessions`);
} finally {
  await browser.close();
}
