// What is looked at, and how it is kept up to date.
const looked = { tab: 'requests', session: '', audits: false, due: null, last: 0, sums: { requests: 0, misses: 0 }, lost: 0 };
const played = new List($('played'), 28, (one) => make(`div.row${one.played ? '' : '.unused'}`, { role: 'listitem' },
  make('span', { title: one.exchange }, one.exchange), make('span.method', null, one.method), make('span.target', { title: one.target }, one.target),
  make('span', null, one.answer), make('span', null, one.played ? `${one.played} ×` : 'unused')));

function choose(tab, focus) {
  looked.tab = tab;
  for (const button of document.querySelectorAll('[role=tab]')) {
    const own = button.id === `tab-${tab}`;
    button.setAttribute('aria-selected', String(own));
    button.tabIndex = own ? 0 : -1;
    if (own && focus) button.focus();
    $(button.getAttribute('aria-controls')).hidden = !own;
  }
  if (tab === 'chains') layChains();
  if (tab === 'requests') { list.paint(); if (requests.follow) list.toEnd(); }
  if (tab === 'exchanges') played.paint();
}

const tabs = [...document.querySelectorAll('[role=tab]')];
for (const [at, button] of tabs.entries()) {
  const name = button.id.slice(4);
  button.addEventListener('click', () => choose(name));
  button.addEventListener('keydown', (event) => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(tabs[(to + tabs.length) % tabs.length].id.slice(4), true);
  });
}

function showExchanges(all) {
  looked.exchanges = all;
  const text = $('exchange-filter').value.trim().toLowerCase();
  const unused = $('only-unused').checked;
  const top = played.box.scrollTop;
  played.set(all.filter((one) => (!unused || !one.played) && (!text || `${one.method} ${one.target} ${one.exchange}`.toLowerCase().includes(text))));
  played.box.scrollTop = top;
  const used = all.filter((one) => one.played).length;
  $('sum-used').textContent = `${used.toLocaleString('en')} of ${all.length.toLocaleString('en')}`;
  Object.assign($('used'), { max: all.length || 1, value: used });
  badge('n-exchanges', all.length, '');
}

function showSessions(all) {
  const picked = $('session').value;
  const names = all.map((one) => one.name).slice(0, 2000);
  if (picked && !names.includes(picked)) names.push(picked);
  const known = [...$('session').options].slice(1).map((one) => one.value);
  if (known.join('\n') !== names.join('\n')) {
    $('session').replaceChildren(make('option', { value: '' }, 'all sessions'), ...names.map((name) => make('option', { value: name }, name)));
    $('session').value = picked;
  }
  badge('n-sessions', all.length, '');
  const body = make('tbody');
  for (const one of all.slice(0, 500)) {
    const differs = Object.entries(one.conditions).map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`).join(', ');
    const end = one.name === 'default' ? '' : make('button', { type: 'button', title: `End ${one.name}`, onclick: () => act('DELETE', `sessions/${one.name}`) }, 'End');
    body.append(make('tr', null,
      make('td.name', { title: one.name }, make('b', null, one.name)), make('td.mono.url', { title: one.base_url }, one.base_url), make('td.n', null, String(one.served)),
      make('td.n', null, one.missed ? make('span.chip.missed', null, String(one.missed)) : '0'), make('td.n', null, `${one.exchanges - one.unused} of ${one.exchanges}`),
      make('td.differs', null, differs), make('td.do', null, make('button', { type: 'button', title: `Put ${one.name} back`, onclick: () => act('POST', `sessions/${one.name}/reset`) }, 'Put back'), ' ', end)));
  }
  const heads = ['session', 'base URL', 'served', 'missed', 'used', 'conditions', ''].map((name, at) => make(at > 1 && at < 5 ? 'th.n' : at === 1 ? 'th.url' : 'th', null, name));
  $('sessions').replaceChildren(make('div.scroll', null, make('table.sessions', null, make('thead', null, make('tr', null, ...heads)), body)));
  if (all.length > 500) $('sessions').append(make('p.more', null, `and ${plural(all.length - 500, 'further session')}`));
  if (!looked.session) {
    looked.sums = { requests: all.reduce((sum, one) => sum + one.served + one.missed, 0), misses: all.reduce((sum, one) => sum + one.missed, 0) };
  } else {
    const one = all.find(({ name }) => name === looked.session) || { served: 0, missed: 0 };
    looked.sums = { requests: one.served + one.missed, misses: one.missed };
  }
  $('sum-requests').textContent = looked.sums.requests.toLocaleString('en');
  $('sum-misses').textContent = looked.sums.misses.toLocaleString('en');
  $('sum-misses').parentElement.className = looked.sums.misses ? 'some' : '';
}

/** Asks for everything but the requests. A session that nobody has asked anything yet has none of it. */
async function refresh() {
  const of = looked.session ? `?session=${encodeURIComponent(looked.session)}` : '';
  const none = (error) => { if (error.status === 404 || error.status === 501) return null; throw error; };
  try {
    const [sessions, misses, exchanges, walks] = await Promise.all(
      [json('sessions'), json(`misses${of}`).catch(none), json(`exchanges${of}`).catch(none), json(`chains${of}`).catch(none)]);
    showSessions(sessions);
    showMisses(misses || []);
    if (exchanges) showExchanges(exchanges);
    if (walks) showChains(walks);
    if (looked.audits) {
      const report = await json(`audits${of}`).catch(none);
      if (report) showFindings(report);
    } else {
      $('findings').replaceChildren(make('p.none', null, 'This replay has no audits: `truetape audit` judges a journal’s file.'));
    }
  } catch (error) {
    if (error.status === 401) gate(error.message);
  }
}

/** Soon, and not for each of a thousand requests. */
function soon() {
  if (looked.due) return;
  const pause = Math.max(200, 1500 - (Date.now() - looked.last));
  looked.due = setTimeout(async () => {
    await refresh();
    looked.last = Date.now();
    looked.due = null;
  }, pause);
}

async function act(method, path) {
  try { await tell(method, path); } catch (error) { warn(error.message); }
  soon();
}

function warn(text) {
  $('lost').textContent = text;
  $('lost').hidden = !text;
}

function event(name, data, id) {
  if (name === 'served' || name === 'missed' || name === 'broken') heard(name, data, id);
  else if (name === 'lost') {
    looked.lost += data.lost;
    warn(`${plural(looked.lost, 'line')} of the journal came too fast or too early to be shown here.`);
  } else if (name === 'reloaded') begin();
  soon();
}

function live(now, said) {
  if (now === 'gate') {
    gate(said);
    return;
  }
  $('live').dataset.state = now;
  $('live').lastElementChild.textContent = { live: 'live', lost: 'the replay is gone; trying again', waiting: 'connecting' }[now];
}

function gate(said) {
  $('gate').hidden = false;
  $('main').hidden = true;
  $('gate-said').textContent = held.token ? said : '';
  $('live').dataset.state = 'waiting';
  $('live').lastElementChild.textContent = 'waiting for the token';
  $('token').focus();
}

async function begin() {
  try {
    const health = await json('health');
    looked.audits = health.audits;
    $('cassettes').textContent = health.cassettes.join(', ');
    $('cassettes').title = health.cassettes.join('\n');
    $('base').textContent = location.origin;
    document.title = `${health.cassettes.join(', ')} · truetape`;
  } catch (error) {
    if (error.status === 401) { gate(error.message); return false; }
  }
  await refresh();
  return true;
}

$('gate').addEventListener('submit', (event) => {
  event.preventDefault();
  keepToken($('token').value.trim());
  $('gate').hidden = true;
  $('main').hidden = false;
  open();
});
$('session').addEventListener('change', (event) => {
  looked.session = event.target.value;
  requests.session = event.target.value;
  unpick();
  refill();
  refresh();
});
$('reset').addEventListener('click', () => act('POST', looked.session ? `sessions/${looked.session}/reset` : 'reset'));
for (const id of ['exchange-filter', 'only-unused']) $(id).addEventListener('input', () => showExchanges(looked.exchanges || []));
document.addEventListener('keydown', (event) => {
  const typing = event.target.matches('input, select, textarea');
  if (event.key === '/' && !typing) { event.preventDefault(); choose('requests'); $('filter').focus(); }
  if (event.key === 'Escape') { if (typing) event.target.blur(); else if (requests.picked) unpick(); }
});

async function open() {
  if (await begin()) follow({ last: 10000, event, state: live });
}
open();
