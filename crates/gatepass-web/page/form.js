// The request as a form: read into a draft, and filled from one. The form of a scheme is made from its descriptor.

import * as connection from './connection.js';
import { byId, chosen, field, fill, h, rows, secret, size } from './elements.js';

let schemes = [];
let changed = () => {};
let without = [];
let variables = [];

const queryRows = rows('Parameter', queryEdited);
const headerRows = rows('Header', () => changed());
const formRows = rows('Field', () => changed());
const partRows = rows('Part', () => changed(), { file: true });

/** Builds the form. `onChange` hears of every change. */
export function build(catalogue, onChange) {
  schemes = catalogue.schemes;
  changed = () => { badges(); onChange(); };
  fill(byId('panel-query'), queryRows);
  fill(byId('panel-headers'), headerRows, h('p', { id: 'left-out', class: 'quiet' }));
  buildAuth();
  buildBody();
  connection.build(() => changed());
  byId('method').addEventListener('input', () => changed());
  byId('url').addEventListener('input', () => { queryFromUrl(); changed(); });
  badges();
}

function badges() {
  const counts = { query: queryRows.read().length, headers: headerRows.read().length, connection: connection.count() };
  const titles = { query: 'Query', headers: 'Headers', connection: 'Connection' };
  for (const [name, count] of Object.entries(counts)) {
    fill(byId(`tab-${name}`), titles[name], count ? h('span', { class: 'count' }, String(count)) : null);
  }
}

// The query: its rows show decoded texts, and only what is edited is written anew.

function split(url) {
  const [, before, query, fragment] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url);
  return { before, query, fragment: fragment ?? '' };
}

function decode(text) {
  try { return decodeURIComponent(text.replaceAll('+', ' ')); } catch { return text; }
}

function queryFromUrl() {
  const { query } = split(byId('url').value);
  const pieces = query && query.length > 1 ? query.slice(1).split('&') : [];
  queryRows.write(pieces.map((piece) => {
    const at = piece.indexOf('=');
    return at < 0 ? [decode(piece), ''] : [decode(piece.slice(0, at)), decode(piece.slice(at + 1))];
  }));
  pieces.forEach((piece, at) => { queryRows.children[at].raw = piece; });
}

function queryEdited(row) {
  // A mark of a variable stays as it is.
  const encode = (text) => encodeURIComponent(text).replace(/%7B%7B(.*?)%7D%7D/g, (mark) => decode(mark));
  row.raw = encode(row.name.value) + (row.value.value ? `=${encode(row.value.value)}` : '=');
  const { before, fragment } = split(byId('url').value);
  const pieces = queryRows.read().map((each) => each.raw);
  byId('url').value = before + (pieces.length ? `?${pieces.join('&')}` : '') + fragment;
  changed();
}

// Authentication.

const NONE = { id: '', title: 'None', summary: 'The request is sent without a credential.', fields: [], usual: [] };
const AUTO = {
  id: 'auto', title: 'Automatic', summary: 'Asks first, and takes the strongest scheme that the server offers.', usual: [],
  fields: [
    { name: 'username', help: 'the user name', required: true, choices: [] },
    { name: 'password', help: 'the password', required: true, secret: true, choices: [] },
  ],
};

function buildAuth() {
  const options = [NONE, ...schemes, AUTO].flatMap((scheme) => [
    h('option', { value: scheme.id }, scheme.title),
    ...(scheme.aliases ?? []).map((alias) => h('option', { value: `${scheme.id}/${alias.name}` },
      `${alias.sets[0][1]} (as ${scheme.title})`)),
  ]);
  const select = h('select', { id: 'scheme', onchange: () => { showScheme(); changed(); } }, options);
  fill(byId('panel-auth'), field('Scheme', select), h('div', { id: 'fields' }));
  showScheme();
}

function showScheme(values = authValues()) {
  const [id, alias] = byId('scheme').value.split('/');
  const scheme = [NONE, AUTO, ...schemes].find((each) => each.id === id);
  const set = new Map(values);
  for (const [name, value] of scheme.aliases?.find((each) => each.name === alias)?.sets ?? []) set.set(name, value);
  const isUsual = (each) => scheme.fields.length <= 4 || each.required || scheme.usual.includes(each.name);
  const inputs = (all) => all.map((each) => authField(each, set.get(each.name) ?? ''));
  const rare = scheme.fields.filter((each) => !isUsual(each));
  const isOpen = rare.some((each) => set.get(each.name));
  const note = scheme.reveals
    ? ` Whoever reads the request learns the secret: over TLS or to this machine only. ${scheme.reference}.`
    : scheme.reference ? ` ${scheme.reference}.` : '';
  fill(byId('fields'), h('p', { class: 'quiet' }, scheme.summary + note), inputs(scheme.fields.filter(isUsual)),
    rare.length ? h('details', { open: isOpen }, h('summary', {}, 'More settings'), inputs(rare)) : null);
}

function authField(each, value) {
  const plain = each.name.replaceAll('_', ' ');
  const title = plain.charAt(0).toUpperCase() + plain.slice(1) + (each.required ? '' : ' (optional)');
  const help = each.help.replaceAll(' ', '') === `the${plain.replaceAll(' ', '')}` ? null : each.help;
  const attributes = { 'data-field': each.name, value, oninput: () => changed() };
  if (each.choices.length) {
    const first = each.default ? `${each.default} (default)` : 'any';
    const options = [h('option', { value: '' }, first), ...each.choices.filter((choice) => choice !== each.default)
      .map((choice) => h('option', { value: choice }, choice))];
    const select = h('select', { 'data-field': each.name, onchange: () => changed() }, options);
    select.value = each.choices.includes(value) && value !== each.default ? value : '';
    return field(title, select, help);
  }
  attributes.placeholder = each.default;
  if (each.secret && each.help.includes('PEM')) {
    return field(title, h('textarea', { rows: '4', class: 'masked', spellcheck: 'false', ...attributes }), help);
  }
  if (each.secret) return field(title, secret(attributes), help);
  return field(title, h('input', { spellcheck: 'false', autocapitalize: 'none', autocomplete: 'off', ...attributes }), help);
}

function authValues() {
  const inputs = [...document.querySelectorAll('[data-field]')];
  return inputs.map((input) => [input.dataset.field, input.value]).filter(([, value]) => value);
}

/** Chooses a scheme by its name, as in `digest` or `bearer:JWT`, and keeps what was typed. */
export function chooseScheme(name) {
  const [id, word] = name.split(':');
  if (!schemes.some((each) => each.id === id)) return;
  const values = authValues();
  if (word && id === 'bearer') values.push(['word', word]);
  byId('scheme').value = id;
  showScheme(values);
  changed();
}

// The body.

const KINDS = { none: 'None', json: 'JSON', form: 'Form', parts: 'Form with files', text: 'Text', file: 'File' };
let file = null;

function buildBody() {
  const kind = h('select', { id: 'kind', onchange: () => { showKind(); changed(); } },
    Object.entries(KINDS).map(([value, title]) => h('option', { value }, title)));
  const text = h('textarea', { id: 'text', rows: '10', spellcheck: 'false', class: 'mono', oninput: () => { judge(); changed(); } });
  const type = h('input', { id: 'media-type', value: 'text/plain', spellcheck: 'false', oninput: () => changed() });
  const picker = h('input', { type: 'file', id: 'file', onchange: async () => {
    file = picker.files.length ? await chosen(picker.files[0]) : null;
    showFile();
    changed();
  } });
  fill(byId('panel-body'), field('Kind of body', kind),
    h('div', { 'data-kind': 'text' }, field('Media type', type)),
    h('div', { 'data-kind': 'json text' }, field('Content', text), h('p', { id: 'judgement', class: 'quiet', role: 'status' })),
    h('div', { 'data-kind': 'form' }, formRows),
    h('div', { 'data-kind': 'parts' }, partRows),
    h('div', { 'data-kind': 'file' }, field('File to send', picker), h('p', { id: 'file-name', class: 'quiet' })));
  showKind();
}

function showKind() {
  const kind = byId('kind').value;
  for (const part of document.querySelectorAll('[data-kind]')) {
    part.hidden = !part.dataset.kind.split(' ').includes(kind);
  }
  judge();
}

function judge() {
  const text = byId('text').value;
  let problem = '';
  if (byId('kind').value === 'json' && text.trim()) {
    try { JSON.parse(text); } catch (error) { problem = `This is not JSON yet: ${error.message}`; }
  }
  byId('judgement').textContent = problem;
}

function showFile() {
  byId('file-name').textContent = file?.base64 ? `${file.name || 'bytes'}, ${size(Math.floor(file.base64.length * 3 / 4))}`
    : file?.name ? `Choose ${file.name} again: the page keeps no files.` : '';
}

function readBody() {
  const text = byId('text').value;
  switch (byId('kind').value) {
    case 'json': return { kind: 'json', text };
    case 'text': return { kind: 'text', text, media_type: byId('media-type').value };
    case 'form': return { kind: 'form', fields: formRows.read().map((row) => [row.name.value, row.value.value]) };
    case 'parts': return { kind: 'parts', parts: partRows.read().map((row) => (row.chosen
      ? { name: row.name.value, file: row.chosen } : { name: row.name.value, text: row.value.value })) };
    case 'file': return { kind: 'file', file: file ?? {} };
    default: return { kind: 'none' };
  }
}

function fillBody(body) {
  byId('kind').value = body.kind;
  byId('text').value = body.text ?? '';
  byId('media-type').value = body.media_type ?? 'text/plain';
  formRows.write(body.fields ?? []);
  partRows.write((body.parts ?? []).map((part) => [part.name, part.text ?? '', part.file]));
  file = body.file ?? null;
  showFile();
  showKind();
}

// Variables of a pasted text.

function showVariables() {
  if (!variables.length) return fill(byId('variables'));
  const inputs = variables.map((each) => field(each.name, secret({
    value: each.value ?? '', oninput: (event) => { each.value = event.target.value; changed(); },
  }), `stands where ${each.mark} is written; in code it is read from the environment`));
  return fill(byId('variables'), h('fieldset', {}, h('legend', {}, 'Variables'), inputs));
}

/** Returns what the form holds. */
export function read() {
  const [scheme] = byId('scheme').value.split('/');
  return {
    method: byId('method').value.trim() || 'GET',
    url: byId('url').value.trim(),
    headers: headerRows.read().map((row) => [row.name.value, row.value.value]),
    without,
    body: readBody(),
    auth: scheme ? { scheme, fields: authValues() } : null,
    options: connection.read(),
    variables,
  };
}

/** Fills the form. What the draft does not say is as in an empty form. */
export function write(draft) {
  byId('method').value = draft.method ?? 'GET';
  byId('url').value = draft.url ?? '';
  queryFromUrl();
  headerRows.write(draft.headers ?? []);
  without = draft.without ?? [];
  byId('left-out').textContent = without.length ? `Not sent, though it usually is: ${without.join(', ')}` : '';
  fillBody(draft.body ?? { kind: 'none' });
  const fields = draft.auth?.fields ?? [];
  byId('scheme').value = draft.auth?.scheme ?? '';
  showScheme(fields);
  connection.write(draft.options);
  variables = (draft.variables ?? []).map((each) => ({ ...each }));
  showVariables();
  changed();
}
