// What the replay is asked: JSON, and its events as they come. Everything is relative to the page itself.
const held = { token: '' };
try { held.token = sessionStorage.getItem('truetape-token') || ''; } catch { /* No storage: asked again then. */ }
if (location.hash.startsWith('#token=')) {
  keepToken(decodeURIComponent(location.hash.slice(7)));
  history.replaceState(null, '', location.pathname);
}

function keepToken(token) {
  held.token = token;
  try { sessionStorage.setItem('truetape-token', token); } catch { /* As above. */ }
}

class Refused extends Error {
  constructor(status, detail) { super(detail); this.status = status; }
}

async function ask(path, options = {}) {
  const headers = { ...(options.headers || {}) };
  if (held.token) headers.authorization = `Bearer ${held.token}`;
  const answer = await fetch(path, { ...options, headers, cache: 'no-store' });
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    throw new Refused(answer.status, said.detail || answer.statusText);
  }
  return answer;
}

const json = async (path) => (await ask(path)).json();
const tell = (method, path) => ask(path, { method, headers: { 'truetape-admin': '1' } });

/** Follows the events for as long as the page lives; `EventSource` could not send a token. */
async function follow({ last, event, state }) {
  let seen = null;
  let pause = 250;
  for (;;) {
    try {
      const headers = seen === null ? {} : { 'last-event-id': seen };
      const answer = await ask(seen === null ? `events?last=${last}` : 'events', { headers });
      state('live');
      pause = 250;
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        const parts = text.split('\n\n');
        text = parts.pop();
        for (const part of parts) {
          const one = { name: 'message', id: null, data: '' };
          for (const line of part.split('\n')) {
            const at = line.indexOf(': ');
            if (at < 1) continue;
            const [field, value] = [line.slice(0, at), line.slice(at + 2)];
            if (field === 'event') one.name = value;
            else if (field === 'id') one.id = value;
            else if (field === 'data') one.data = value;
          }
          if (one.id !== null) seen = one.id;
          if (one.data) event(one.name, JSON.parse(one.data), one.id);
        }
      }
      state('lost');
    } catch (error) {
      if (error.status === 401) { state('gate', error.message); return; }
      state('lost');
    }
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(pause * 2, 5000);
  }
}
