// What came back: status, time by phase, size, header fields, the body. A body is text, a picture, or bytes; never a document.

import { byId, copier, fill, fromBase64, h, milliseconds, saver, size } from './elements.js';
import { json } from './pretty.js';

/** Pictures that have no scripts in them. They are shown from memory. */
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp', 'image/x-icon'];
/** How much of a text is shown. */
const MOST = 1_000_000;

const PHASES = { lookup: 'name look-up', connect: 'connection', tls: 'TLS', wait: 'waiting', body: 'body' };

let picture = null;

/** Shows that nothing was sent yet. */
export function empty() {
  fill(byId('summary'), h('p', { class: 'quiet' }, 'Nothing was sent yet.'));
  fill(byId('panel-content'), h('p', { class: 'quiet' }, 'The body of the answer comes here.'));
  fill(byId('panel-received'), h('p', { class: 'quiet' }, 'The header fields of the answer come here.'));
}

/** Shows that something is on its way. */
export function waiting() {
  fill(byId('summary'), h('p', { class: 'quiet' }, 'Sending…'));
  fill(byId('diagnosis'));
}

/** Shows a problem in place of an answer. */
export function problem(message, hint) {
  fill(byId('summary'), h('p', { class: 'status bad' }, 'Not sent'));
  fill(byId('diagnosis'), card('bad', sentence(message), [], hint));
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');

/** Shows an outcome. `use` is called with the name of a scheme that would do. */
export function show(outcome, use) {
  const { answer, error, diagnosis, legs } = outcome;
  summary(outcome);
  const cards = [];
  if (error) cards.push(card('bad', sentence(error.message), [], error.hint));
  if (diagnosis) cards.push(card('warn', sentence(diagnosis.headline), diagnosis.details, diagnosis.hint, diagnosis.scheme && h('button', {
    type: 'button', onclick: () => use(diagnosis.scheme),
  }, `Use ${diagnosis.scheme}`)));
  fill(byId('diagnosis'), cards);
  if (!answer) {
    fill(byId('panel-content'), h('p', { class: 'quiet' }, 'There is no answer.'));
    fill(byId('panel-received'), h('p', { class: 'quiet' }, 'There is no answer.'));
    return;
  }
  body(answer);
  const count = legs.length;
  fill(byId('panel-received'),
    h('p', { class: 'quiet' }, `${answer.version} ${answer.status} ${answer.reason}, from ${answer.url}`, count > 1 ? `, after ${count} requests` : ''),
    h('table', { class: 'fields' }, h('tbody', {}, answer.headers.map((each) => h('tr', {},
      h('th', { scope: 'row' }, each.name), h('td', {}, each.plain ? h('span', { class: 'secret', title: 'masked; the conversation shows it' }, each.shown) : each.shown))))));
}

function card(kind, title, details, hint, action) {
  return h('div', { class: `card ${kind}` }, h('p', { class: 'headline' }, title),
    details.length ? h('ul', {}, details.map((detail) => h('li', {}, detail))) : null,
    hint ? h('p', {}, sentence(hint)) : null, action || null);
}

function summary({ answer, took, legs }) {
  if (!answer) return fill(byId('summary'), h('p', { class: 'status bad' }, 'No answer'));
  const kind = answer.status < 300 ? 'good' : answer.status < 400 ? 'warn' : 'bad';
  const facts = [milliseconds(took * 1000), size(answer.size) + (answer.whole ? '' : ', cut short'),
    legs.length > 1 ? `${legs.length} requests` : '1 request'];
  return fill(byId('summary'),
    h('div', { class: 'summary' }, h('p', { class: `status ${kind}` }, `${answer.status} ${answer.reason}`),
      h('p', { class: 'facts' }, facts.join('  ·  '))), phases(legs));
}

/** Draws the phases of all requests as one line, and says them in words. */
function phases(legs) {
  const sums = new Map();
  for (const [name, time] of legs.flatMap((leg) => leg.timing)) sums.set(name, (sums.get(name) ?? 0) + time);
  const all = Object.keys(PHASES).filter((name) => sums.has(name));
  if (!all.length) return null;
  const bar = h('div', { class: 'bar', 'aria-hidden': 'true' }, all.map((name) => {
    const part = h('span', { class: `phase-${name}` });
    part.style.flexGrow = Math.max(sums.get(name), 0.01);
    return part;
  }));
  return h('div', { class: 'phases' }, bar, h('ul', {}, all.map((name) => h('li', {},
    h('i', { class: `phase-${name}`, 'aria-hidden': 'true' }), `${PHASES[name]} ${milliseconds(sums.get(name))}`))));
}

function body(answer) {
  if (picture) URL.revokeObjectURL(picture);
  picture = null;
  const bytes = fromBase64(answer.body);
  const type = (answer.type ?? '').split(';')[0].trim().toLowerCase();
  const save = saver(() => bytes, () => fileName(answer.url, type));
  if (!bytes.length) return fill(byId('panel-content'), h('p', { class: 'quiet' }, 'The body is empty.'));
  const shown = answer.encoding ? null : image(bytes, type);
  if (shown) return fill(byId('panel-content'), h('div', { class: 'row' }, save), shown);
  const text = decode(bytes, answer.type ?? '');
  if (text === null || answer.encoding) {
    const what = answer.encoding ? `compressed (${answer.encoding})` : `bytes of type ${type || 'unknown'}`;
    return fill(byId('panel-content'), h('p', {}, `${size(bytes.length)}, ${what}: no text.`), h('div', { class: 'row' }, save), hex(bytes));
  }
  return texts(text, save);
}

function texts(text, save) {
  const nodes = json(text);
  const code = h('code', {});
  const raw = () => fill(code, text.slice(0, MOST));
  const pretty = () => (nodes ? fill(code, nodes) : raw());
  const toggle = h('div', { class: 'choice', role: 'group', 'aria-label': 'How the body is shown' },
    [['Pretty', pretty], ['Raw', raw]].map(([title, show], at) => h('button', {
      type: 'button', 'aria-pressed': String(at === 0), onclick: (event) => {
        for (const other of toggle.children) other.setAttribute('aria-pressed', String(other === event.target));
        show();
      },
    }, title)));
  pretty();
  fill(byId('panel-content'), h('div', { class: 'row' }, nodes ? toggle : null, copier(() => text), save),
    h('pre', { class: 'text', tabindex: '0', role: 'region', 'aria-label': 'Body of the answer' }, code),
    text.length > MOST ? h('p', { class: 'quiet' }, 'The rest is in the download.') : null);
}

function image(bytes, type) {
  let url;
  if (PICTURES.includes(type)) {
    picture = URL.createObjectURL(new Blob([bytes], { type }));
    url = picture;
  } else if (type === 'image/svg+xml') {
    // As data it belongs to no origin, wherever it is opened; in a picture its scripts do not run.
    url = `data:image/svg+xml,${encodeURIComponent(new TextDecoder().decode(bytes))}`;
  } else {
    return null;
  }
  const shown = h('img', { src: url, alt: `Picture in the answer, ${type}`, onerror: () => {
    shown.replaceWith(h('p', { class: 'quiet' }, `This is not a picture that can be shown, though it says ${type}.`));
  } });
  return h('div', { class: 'picture' }, shown);
}

function decode(bytes, type) {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function hex(bytes) {
  const lines = [];
  for (let at = 0; at < Math.min(bytes.length, 4096); at += 16) {
    const some = [...bytes.subarray(at, at + 16)];
    const codes = some.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const chars = some.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${codes.padEnd(47)}  ${chars}`);
  }
  return h('pre', { class: 'text', tabindex: '0', role: 'region', 'aria-label': 'Body of the answer' }, h('code', {}, lines.join('\n')));
}

function fileName(url, type) {
  const last = url.split(/[?#]/)[0].split('/').pop().replace(/[^\w.-]/g, '_');
  const end = { 'application/json': '.json', 'text/html': '.html', 'text/plain': '.txt' }[type] ?? '';
  return last.includes('.') ? last : `${last || 'answer'}${end}`;
}
