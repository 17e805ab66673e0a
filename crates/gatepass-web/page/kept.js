// What is kept: the history in this browser and links. Both hold only what the server has taken the secrets out of.

import { byId, fill, h, toBase64, fromBase64 } from './elements.js';
import { call } from './api.js';

const KEY = 'gatepass.history';
const MOST = 50;

function entries() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? []; } catch { return []; }
}

/** Puts a request into the history, without its secrets. */
export async function remember(draft, status) {
  const { draft: kept } = await call('keep', draft);
  const same = (entry) => JSON.stringify(entry.draft) === JSON.stringify(kept);
  const all = [{ at: Date.now(), status, draft: kept }, ...entries().filter((entry) => !same(entry))];
  try {
    localStorage.setItem(KEY, JSON.stringify(all.slice(0, MOST)));
  } catch {
    // The browser has no room: the history is a comfort, and goes without this entry.
  }
}

/** Opens the history. `use` is called with the draft that is chosen. */
export function open(use) {
  const dialog = byId('history');
  const all = entries();
  fill(byId('entries'), all.length ? all.map((entry) => h('li', {}, h('button', { type: 'button', onclick: () => {
    dialog.close();
    use(entry.draft);
  } }, h('b', {}, entry.draft.method), h('span', { class: 'where' }, entry.draft.url),
  h('small', {}, [entry.status || 'no answer', entry.draft.auth?.scheme, new Date(entry.at).toLocaleString()].filter(Boolean).join(', ')))))
    : h('li', { class: 'quiet' }, 'Nothing was sent yet.'));
  dialog.showModal();
}

export function forget() {
  localStorage.removeItem(KEY);
  byId('history').close();
}

/** Makes a link that carries the request without its secrets. It stands in the fragment, which is sent to nobody. */
export async function link(draft) {
  const { draft: kept } = await call('keep', draft);
  const text = toBase64(new TextEncoder().encode(JSON.stringify(kept)));
  return `${location.origin}/#request=${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** Reads what a link carries; null where it carries no request. */
export function fromFragment(fragment) {
  const text = fragment.get('request');
  if (!text) return null;
  try {
    return JSON.parse(new TextDecoder().decode(fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))));
  } catch {
    return null;
  }
}
