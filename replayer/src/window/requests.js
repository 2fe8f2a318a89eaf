// The requests as they come, and one of them in full.
const MOST = 20000;
const requests = { all: [], session: '', text: '', odd: false, follow: true, picked: null, let_go: 0, waiting: false };
const list = new List($('rows'), 28, requestRow);

function isOdd(one) {
  return one.kind !== 'served' || one.gave_up !== undefined || one.fault || Boolean(one.loosened) || one.again;
}

function searched(one) {
  return `${one.method} ${one.target} ${one.answer} ${one.exchange || ''} ${one.session} ${one.kind} ${one.fault || ''}`.toLowerCase();
}

function fits(one) {
  return (!requests.session || one.session === requests.session) && (!requests.odd || isOdd(one))
    && (!requests.text || searched(one).includes(requests.text));
}

function requestRow(one, at) {
  const tone = one.kind === 'missed' ? '.missed' : one.kind === 'broken' ? '.broken' : one.gave_up !== undefined ? '.gone' : isOdd(one) ? '.odd' : '';
  const row = make(`div.row${tone}`, { role: 'option', id: `r${one.number}`, 'aria-selected': String(one === requests.picked) },
    make('span.at', null, moment(one.at)),
    make('span.session', { title: one.session }, one.session),
    make('span.method', null, one.method || '?'),
    make('span.target', { title: one.target }, one.target || one.broken || ''),
    make('span.exchange', { title: one.exchange || '' }, one.exchange || ''),
    make(`span.answer${/^\d/.test(one.answer) ? '' : '.failed'}`, null, verdict(one)),
    make('span.took', null, span(one.end - one.at)));
  row.addEventListener('click', () => pick(at));
  return row;
}

function verdict(one) {
  if (one.kind === 'missed') return `${one.answer} miss`;
  if (one.kind === 'broken') return 'broken';
  if (one.gave_up !== undefined) return `${one.answer} left`;
  return one.fault ? `${one.answer} fault` : one.loosened ? `${one.answer} ≈` : one.again ? `${one.answer} again` : one.answer;
}

/** A line of the journal came. */
function heard(kind, line, number) {
  Object.assign(line, { kind, number });
  requests.all.push(line);
  if (fits(line)) list.items.push(line);
  if (requests.waiting) return;
  requests.waiting = true;
  requestAnimationFrame(() => {
    requests.waiting = false;
    if (requests.all.length > MOST) {
      const gone = requests.all.length - MOST + MOST / 4;
      requests.let_go += gone;
      requests.all = requests.all.slice(gone);
      refill();
    } else {
      list.grown();
    }
    if (requests.follow) list.toEnd();
    $('no-rows').hidden = list.items.length > 0;
  });
}

function refill() {
  list.set(requests.all.filter(fits));
  $('no-rows').hidden = list.items.length > 0;
  if (requests.follow) list.toEnd();
}

function setFollow(follow) {
  requests.follow = follow;
  $('follow').setAttribute('aria-pressed', String(follow));
  if (follow) list.toEnd();
}

function pick(at) {
  requests.picked = list.items[at] || null;
  for (const [number, element] of list.shown) element.setAttribute('aria-selected', String(number === at));
  if (!requests.picked) {
    unpick();
    return;
  }
  $('rows').setAttribute('aria-activedescendant', `r${requests.picked.number}`);
  setFollow(false);
  list.show(at);
  detail(requests.picked);
}

function unpick() {
  requests.picked = null;
  $('detail').hidden = true;
  $('rows').removeAttribute('aria-activedescendant');
  for (const element of list.shown.values()) element.setAttribute('aria-selected', 'false');
}

function facts(pairs) {
  const dl = make('dl.facts');
  for (const [name, value] of pairs) {
    if (value !== undefined && value !== null && value !== '') dl.append(make('dt', null, name), make('dd', null, String(value)));
  }
  return dl;
}

function detail(one) {
  const box = $('detail');
  const close = make('button.close', { type: 'button', 'aria-label': 'Close', title: 'Close (Esc)', onclick: () => { unpick(); $('rows').focus(); } }, '×');
  const carrier = one.connection || {};
  box.replaceChildren(close, make('h2', null, `${one.method || '?'} ${one.target}`), facts([
    ['answer', verdict(one)], ['exchange', one.exchange], ['session', one.session],
    ['asked at', `${moment(one.at)} after the start`], ['took', span(one.end - one.at)],
    ['first byte', one.first === undefined ? '' : span(one.first - one.at)],
    ['written', plural(one.written, 'byte')],
    ['client left', one.gave_up === undefined ? '' : `after ${span(one.gave_up - one.at)}`],
    ['given again', one.again ? 'its queue was exhausted' : ''], ['fault', one.fault], ['broken', one.broken],
    ['loosened', (one.loosened || []).join('; ')],
    ['connection', `${carrier.id}, request ${carrier.request} on it${carrier.version ? `, ${carrier.version}` : ''}${carrier.tls ? ', TLS' : ''}`],
  ]));
  if (one.miss) {
    const says = one.miss.nearest ? `${one.miss.reason}; nearest is ${one.miss.nearest}` : one.miss.reason;
    box.append(make('h3', null, 'Why nothing matched'), make('p', null, says));
    if (one.miss.differences) box.append(make('pre', null, one.miss.differences.join('\n')));
  }
  const fields = make('dl.fields');
  for (const [name, value] of one.headers || []) fields.append(make('dt', null, name), make('dd', null, value));
  if (fields.childElementCount) box.append(make('h3', null, 'Fields, as sent'), fields);
  if (one.body) {
    box.append(make('h3', null, `Body, ${plural(one.body.len, 'byte')}`));
    box.append(make('pre', null, one.body.text === undefined ? `SHA-256 ${one.body.sha256}` : pretty(one.body.text)));
  }
  box.hidden = false;
}

/** JSON with its lines; all else as it is. Numbers keep their text: only white space is added. */
function pretty(text) {
  try { JSON.parse(text); } catch { return text; }
  let out = '';
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (quoted) {
      out += c;
      if (c === '\\') { out += text[at + 1] ?? ''; at += 1; } else if (c === '"') quoted = false;
    } else if (c === '"') { quoted = true; out += c; }
    else if (c === '{' || c === '[') {
      const empty = text.slice(at + 1).match(/^\s*[}\]]/);
      if (empty) { out += c + empty[0].trim(); at += empty[0].length; } else { depth += 1; out += `${c}\n${'  '.repeat(depth)}`; }
    } else if (c === '}' || c === ']') { depth -= 1; out += `\n${'  '.repeat(depth)}${c}`; }
    else if (c === ',') out += `,\n${'  '.repeat(depth)}`;
    else if (c === ':') out += ': ';
    else if (!/\s/.test(c)) out += c;
  }
  return out;
}

$('rows').addEventListener('keydown', (event) => {
  const at = list.items.indexOf(requests.picked);
  const page = Math.max(1, Math.floor($('rows').clientHeight / 28) - 1);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? list.items.length - 1 : at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: list.items.length - 1 }[event.key];
  if (to === undefined || !list.items.length) return;
  event.preventDefault();
  pick(Math.min(Math.max(to, 0), list.items.length - 1));
});
$('rows').addEventListener('wheel', (event) => { if (event.deltaY < 0) setFollow(false); }, { passive: true });
$('rows').addEventListener('scrollend', () => { if (list.atEnd() && !requests.picked) setFollow(true); });
$('follow').addEventListener('click', () => setFollow(!requests.follow));
$('filter').addEventListener('input', (event) => { requests.text = event.target.value.trim().toLowerCase(); refill(); });
$('only-odd').addEventListener('change', (event) => { requests.odd = event.target.checked; refill(); });
