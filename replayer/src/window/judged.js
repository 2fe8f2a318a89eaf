// Misses field by field, and what the audits found.
const CARDS = 200;
const WEIGHT = { error: 0, warning: 1, info: 2 };

/** Text in which `code` is set as such. */
const coded = (text) => text.split('`').map((part, at) => (at % 2 ? make('code', null, part) : part));

/** What two texts do not have in common, marked. */
function marked(text, other) {
  if (text === null || text === undefined) return make('span.absent', null, 'absent');
  if (other === null || other === undefined || text === other) return text;
  let from = 0;
  while (from < text.length && from < other.length && text[from] === other[from]) from += 1;
  let end = 0;
  while (end < text.length - from && end < other.length - from && text[text.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  const whole = document.createDocumentFragment();
  whole.append(text.slice(0, from), make('mark', null, text.slice(from, text.length - end)), text.slice(text.length - end));
  return whole;
}

function diff(differences) {
  const table = make('table.diff', null, make('thead', null, make('tr', null, make('th', null, 'where'), make('th', null, 'asked'), make('th', null, 'recorded'))));
  const body = make('tbody');
  for (const one of differences) {
    // A place that begins with its own kind, such as `json /amount`, needs no other word.
    const said = one.place.includes(' ') || one.place.startsWith(one.aspect);
    const where = said ? one.place : `${one.aspect} ${one.place}`;
    body.append(make('tr', null, make('td', null, where), make('td', null, marked(one.asked, one.recorded)), make('td', null, marked(one.recorded, one.asked))));
  }
  table.append(body);
  return table;
}

function missCard(one) {
  const card = make('article.card', null, make('h2', null, make('span.chip.missed', null, one.reason), make('span.mono', null, `${one.method} ${one.target}`), one.session === 'default' ? '' : make('span.chip', null, one.session)));
  for (const [number, near] of one.nearest.slice(0, 3).entries()) {
    card.append(make('h3', null, number === 0 ? 'Nearest: ' : 'Then: ', make('span.mono', null, near.exchange)));
    card.append(near.differences.length ? diff(near.differences) : make('p', null, 'The same request, and its last recorded answer was given.'));
  }
  if (!one.nearest.length) card.append(make('p', null, 'Nothing like it was recorded.'));
  card.append(make('p.hint', null, ...coded(one.hint)));
  return card;
}

function cards(box, all, card, none) {
  if (!all.length) {
    box.replaceChildren(make('p.none', null, none));
    return;
  }
  box.replaceChildren(make('div.cards', null, ...all.slice(0, CARDS).map(card)));
  if (all.length > CARDS) box.append(make('p.more', null, `and ${(all.length - CARDS).toLocaleString('en')} more`));
}

function evidence(name, one) {
  if (!one || !(one.exchange || one.excerpt)) return '';
  const where = [one.exchange, one.pointer].filter(Boolean).join(' ');
  return make('div', null, make('h3', null, `${name} ${where}`), one.excerpt ? make('pre', null, one.excerpt) : '');
}

function findingCard(one) {
  return make('article.card', null,
    make('h2', null, make(`span.chip.${one.severity === 'error' ? 'error' : one.severity === 'warning' ? 'warning' : 'info'}`, null, one.severity), make('span.mono', null, one.rule), one.operation ? make('span.chip', null, one.operation) : ''),
    make('p', null, ...coded(one.message)),
    evidence('Recorded', one.real), evidence('Asked', one.other),
    one.hint ? make('p.hint', null, ...coded(one.hint)) : '');
}

function badge(id, n, tone) {
  $(id).textContent = n ? n.toLocaleString('en') : '';
  $(id).className = n && tone ? tone : '';
}

function showMisses(all) {
  cards($('misses'), [...all].reverse(), missCard, 'Every request found its answer.');
  badge('n-misses', all.length, 'bad');
}

function showFindings(report) {
  const weighty = report.findings.filter((one) => one.severity !== 'info').length;
  const none = report.checks.total ? `Nothing to complain of in ${plural(report.checks.total, 'check')}.` : 'Nothing was there to be checked yet.';
  const sorted = [...report.findings].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity]);
  cards($('findings'), sorted, findingCard, none);
  badge('n-findings', report.findings.length, weighty ? 'warn' : '');
  $('sum-findings').textContent = report.findings.length.toLocaleString('en');
  $('sum-findings-box').className = weighty ? 'some' : '';
}
