// The page: it wires the form, the answer, the conversation, the code and what is kept.

import { byId, fill, h, tabs } from './elements.js';
import { call, enter } from './api.js';
import * as answer from './answer.js';
import * as code from './code.js';
import * as conversation from './conversation.js';
import * as form from './form.js';
import * as kept from './kept.js';

/** A text that holds a request in another form: an HTTP archive, a Postman collection, an `.http` file. */
const OTHER = /^\s*\{[^]*"(?:log|_postman_id|schema)"\s*:|^\s*(?:###[^\n]*\n\s*)?(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?:https?:\/\/|\{\{)\S+/;

/** A text that holds a curl command: alone, behind a prompt, sudo or a pipe. */
const CURL = /(?:^|[|;&\n])\s*(?:[$%>#]\s+|sudo\s+)*(?:\S*[/\\])?curl(?:\.exe)?\s+\S/i;

const fragment = () => new URLSearchParams(location.hash.slice(1));
let running = null;

function notice(kind, text, notes = [], undo = null) {
  fill(byId('notice'), text ? h('div', { class: `card ${kind}` }, h('p', { class: 'headline' }, text,
    undo ? h('button', { type: 'button', class: 'quiet', onclick: () => { form.write(undo); notice(); } }, 'Undo') : null,
    h('button', { type: 'button', class: 'quiet', 'aria-label': 'Close this message', onclick: () => notice() }, '×')),
  notes.length ? h('ul', {}, notes.map((note) => h('li', {}, note))) : null) : null);
}

const failed = (problem) => notice('bad', problem.message, problem.hint ? [problem.hint] : []);

/** Fills the form from a pasted text. */
async function understand(text, number = 0, before = form.read()) {
  try {
    const { draft, notes, choices } = await call('understand', { text, number });
    form.write(draft);
    const how = draft.auth ? `, with ${draft.auth.scheme}` : '';
    notice('good', `Understood: ${draft.method} ${draft.url.split('?')[0]}${how}.`, notes, before);
    if (choices?.length > 1) choose(choices, number, (other) => understand(text, other, before));
  } catch (problem) {
    failed(problem);
  }
}

/** Offers the other requests of a text. */
function choose(titles, number, take) {
  const select = h('select', { id: 'choice', onchange: () => take(Number(select.value)) },
    titles.map((title, at) => h('option', { value: String(at) }, `${at + 1}: ${title}`)));
  select.value = String(number);
  byId('notice').firstElementChild.append(h('div', { class: 'pick' },
    h('label', { for: 'choice' }, `${titles.length} requests are in it; this is`), select));
}

function pasted(event) {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  const shared = /#request=([\w-]+)/.exec(text);
  if (shared && /^\s*https?:\/\/\S+\s*$/.test(text)) {
    event.preventDefault();
    load(new URLSearchParams(`request=${shared[1]}`));
  } else if (CURL.test(text) || OTHER.test(text.slice(0, 20000))) {
    event.preventDefault();
    understand(text);
  }
}

function load(from) {
  const draft = kept.fromFragment(from);
  if (draft) {
    form.write(draft);
    notice('good', 'The request of the link is in the form. Its secrets are not: type them.');
  } else if (from.get('request')) {
    notice('bad', 'The link carries no request that can be read.');
  }
}

async function send() {
  if (running) return running.abort();
  const typed = byId('url').value;
  if (CURL.test(typed)) await understand(typed);
  const draft = form.read();
  running = new AbortController();
  byId('send').textContent = 'Cancel';
  answer.waiting();
  try {
    const outcome = await call('send', draft, running.signal);
    answer.show(outcome, (scheme) => { form.chooseScheme(scheme); showPart('tab-auth'); byId('scheme').focus(); });
    conversation.show(outcome.legs);
    kept.remember(draft, outcome.answer?.status).catch(() => {});
  } catch (problem) {
    if (problem.name === 'AbortError') answer.problem('The request was cancelled');
    else answer.problem(problem.message, problem.hint);
  } finally {
    running = null;
    byId('send').textContent = 'Send';
  }
  return undefined;
}

async function copyLink() {
  try {
    const link = await kept.link(form.read());
    history.replaceState(null, '', new URL(link).hash);
    await navigator.clipboard.writeText(link);
    notice('good', 'The link is copied. It carries the request without its secrets.');
  } catch (problem) {
    failed(problem);
  }
}

const THEME = 'gatepass.theme';
function theme(wanted) {
  if (wanted) document.documentElement.style.colorScheme = wanted;
}

function switchTheme() {
  const dark = (document.documentElement.style.colorScheme
    || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
  localStorage.setItem(THEME, dark ? 'light' : 'dark');
  theme(dark ? 'light' : 'dark');
}

let showPart = () => {};

function wire(catalogue) {
  const later = debounced(() => code.update(), 200);
  form.build(catalogue, later);
  code.build(catalogue, form.read);
  answer.empty();
  conversation.show([]);
  showPart = tabs(byId('request-tabs'));
  tabs(byId('answer-tabs'), (id) => { if (id === 'tab-code') code.update(); });
  byId('request').addEventListener('submit', (event) => { event.preventDefault(); send(); });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(); }
  });
  document.addEventListener('paste', pasted, true);
  window.addEventListener('hashchange', () => load(fragment()));
  byId('copy-link').addEventListener('click', copyLink);
  byId('open-history').addEventListener('click', () => kept.open((draft) => form.write(draft)));
  byId('close-history').addEventListener('click', () => byId('history').close());
  byId('clear-history').addEventListener('click', kept.forget);
  const examples = byId('examples');
  examples.append(...catalogue.examples.map((each, at) => h('option', { value: String(at) }, each.title)));
  examples.parentNode.hidden = !catalogue.examples.length;
  examples.addEventListener('change', () => {
    if (examples.value) form.write(catalogue.examples[examples.value].draft);
    notice();
  });
}

function debounced(work, time) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(work, time); };
}

async function start() {
  theme(localStorage.getItem(THEME));
  byId('theme').addEventListener('click', switchTheme);
  const given = fragment();
  await enter(given);
  // The token does not stay in the address, where a screenshot or a copied link would take it along.
  if (given.has('token')) history.replaceState(null, '', given.get('request') ? `#request=${given.get('request')}` : location.pathname);
  try {
    wire(await call('catalogue'));
    load(given);
    document.documentElement.dataset.ready = '';
  } catch (problem) {
    failed(problem);
  }
}

start();
