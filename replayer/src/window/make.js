// Making elements. What came over the wire is only ever text.
const $ = (id) => document.getElementById(id);

/** `make('td.n', {title: '…'}, 'text', child)`. */
function make(what, attributes, ...inside) {
  const [name, ...classes] = what.split('.');
  const element = document.createElement(name || 'div');
  if (classes.length) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...inside.filter((one) => one !== null && one !== undefined && one !== ''));
  return element;
}

function draw(name, attributes, ...inside) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes || {})) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

const plural = (n, one, many = `${one}s`) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
const clip = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Microseconds as people read them. */
function span(micros) {
  if (micros < 1000) return `${micros} µs`;
  if (micros < 1e6) return `${(micros / 1000).toFixed(micros < 1e4 ? 1 : 0)} ms`;
  return `${(micros / 1e6).toFixed(1)} s`;
}

/** Since the replay began. */
function moment(micros) {
  const seconds = micros / 1e6;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(3).padStart(6, '0')}`;
  const hours = Math.floor(seconds / 3600);
  return `${hours}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}:${(seconds % 60).toFixed(1).padStart(4, '0')}`;
}

/** A list of any length: only the rows that are seen exist. */
class List {
  constructor(box, height, row) {
    Object.assign(this, { box, height, row, items: [], shown: new Map() });
    this.space = box.querySelector('.space');
    box.addEventListener('scroll', () => this.paint(), { passive: true });
    new ResizeObserver(() => this.paint()).observe(box);
  }

  set(items) {
    this.items = items;
    this.space.style.height = `${items.length * this.height}px`;
    for (const element of this.shown.values()) element.remove();
    this.shown.clear();
    this.paint();
  }

  /** After items were added at the end. */
  grown() {
    this.space.style.height = `${this.items.length * this.height}px`;
    this.paint();
  }

  paint() {
    const from = Math.max(0, Math.floor(this.box.scrollTop / this.height) - 6);
    const to = Math.min(this.items.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / this.height) + 6);
    for (const [at, element] of this.shown) {
      if (at < from || at >= to) { element.remove(); this.shown.delete(at); }
    }
    for (let at = from; at < to; at += 1) {
      if (this.shown.has(at)) continue;
      const element = this.row(this.items[at], at);
      element.style.top = `${at * this.height}px`;
      this.shown.set(at, element);
      this.space.append(element);
    }
  }

  show(at) {
    const top = at * this.height;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    else if (top + this.height > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + this.height - this.box.clientHeight;
    this.paint();
  }

  atEnd() { return this.box.scrollTop + this.box.clientHeight >= this.space.offsetHeight - this.height; }
  toEnd() { this.box.scrollTop = this.space.offsetHeight; this.paint(); }
}
