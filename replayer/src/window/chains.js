// The recorded walks through listings, drawn as they were followed.
const STEP = 132;
const LINE = 84;
const RADIUS = 15;
const WALKS = 60;
const PAGES = 400;

/** What tells a URL that was given as a whole from the page's before. */
function led(before, now) {
  const was = new URLSearchParams(before.split('?')[1]);
  for (const [name, value] of new URLSearchParams(now.split('?')[1])) {
    if (was.get(name) !== value) return value;
  }
  return 'next URL';
}

function walk(one, width) {
  const pages = one.pages.slice(0, PAGES);
  const many = Math.max(2, Math.floor((width - 30) / STEP));
  const lines = Math.ceil(pages.length / many);
  const place = (at) => ({ x: 46 + (at % many) * STEP, y: 30 + Math.floor(at / many) * LINE });
  const height = lines * LINE - 14;
  const svg = draw('svg', { viewBox: `0 0 ${width} ${height}`, height, role: 'img' });
  const went = pages.filter((page) => page.played).length;
  const said = `${one.listing}: ${went} of ${plural(one.pages.length, 'page')} asked for`;
  svg.append(draw('title', {}, said));
  const state = (at) => (pages[at].played ? 'visited' : at > 0 && pages[at - 1].played ? 'never' : 'left');
  for (let at = 1; at < pages.length; at += 1) {
    const [from, to] = [place(at - 1), place(at)];
    const kind = { visited: 'went', never: 'never', left: '' }[state(at)];
    const path = from.y === to.y
      ? `M${from.x + RADIUS + 3} ${from.y}H${to.x - RADIUS - 9}`
      : `M${from.x + RADIUS + 3} ${from.y}h26v${LINE / 2 + 2}H${to.x}V${to.y - RADIUS - 9}`;
    svg.append(draw('path', { class: `edge ${kind}`, d: path }));
    const tip = from.y === to.y
      ? `M${to.x - RADIUS - 10} ${to.y - 4}l6 4l-6 4`
      : `M${to.x - 4} ${to.y - RADIUS - 10}l4 6l4 -6`;
    svg.append(draw('path', { class: `edge ${kind}`, d: tip }));
    const link = pages[at].link;
    if (link && from.y === to.y) {
      const text = link.place === 'the whole URL' ? led(pages[at - 1].target, pages[at].target) : link.value ?? link.place;
      const label = draw('text', { class: 'soft', x: (from.x + to.x) / 2, y: from.y - 9, 'text-anchor': 'middle' }, clip(text, 12));
      label.append(draw('title', {}, `${link.place}: ${link.value ?? ''}`));
      svg.append(label);
    }
  }
  pages.forEach((page, at) => {
    const { x, y } = place(at);
    const node = draw('g', { class: state(at) });
    node.append(draw('circle', { cx: x, cy: y, r: RADIUS }), draw('text', { class: 'number', x, y: y + 4, 'text-anchor': 'middle' }, String(at + 1)));
    const below = state(at) === 'never' ? 'never fetched' : page.exchange.replace(/^.*(#\d+)$/, '$1') + (page.played > 1 ? ` ×${page.played}` : '');
    node.append(draw('text', { class: 'soft', x, y: y + RADIUS + 15, 'text-anchor': 'middle' }, below));
    node.append(draw('title', {}, `${page.exchange}\n${page.target}\ngiven ${page.played} ×`));
    svg.append(node);
  });
  const by = [...new Set(one.pages.slice(1).map((page) => page.link && page.link.place))].filter(Boolean);
  const cut = pages.some((_, at) => state(at) === 'never');
  return make('article.card.walk', null,
    make('h2', null, make('span.mono', null, one.listing), make('span.by', null, by.length ? `by ${by.join(' and ')}` : ''), make(`span.chip${cut ? '.warning' : went ? '.info' : ''}`, null, `${went} of ${one.pages.length}`)),
    svg, one.pages.length > PAGES ? make('p.more', null, `and ${one.pages.length - PAGES} further pages`) : '');
}

const chains = { all: [], width: 0 };

function showChains(all) {
  chains.all = all;
  chains.width = 0;
  const cut = all.filter((one) => one.pages.some((page, at) => at > 0 && !page.played && one.pages[at - 1].played)).length;
  badge('n-chains', all.length, cut ? 'warn' : '');
  layChains();
}

/** Only what is seen can be measured. */
function layChains() {
  const box = $('chains');
  if (!chains.all.length) {
    box.replaceChildren(make('p.none', null, 'No listing was walked in these cassettes.'));
    return;
  }
  const width = Math.min(box.clientWidth - 34, 1220);
  if (width < 200 || Math.abs(width - chains.width) < 8) return;
  chains.width = width;
  const inner = width - 32;
  box.replaceChildren(make('div.cards', null, ...chains.all.slice(0, WALKS).map((one) => walk(one, inner))));
  if (chains.all.length > WALKS) box.append(make('p.more', null, `and ${plural(chains.all.length - WALKS, 'further walk')}`));
}

new ResizeObserver(layChains).observe($('chains'));
