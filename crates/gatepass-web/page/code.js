// The request as code, for every target.

import { byId, copier, fill, h, saver } from './elements.js';
import { call } from './api.js';

const KEY = 'gatepass.target';

let draft = () => ({});
let text = '';
let name = 'code.txt';
let turn = 0;

/** Builds the tab. `read` returns the draft that the form holds. */
export function build(catalogue, read) {
  draft = read;
  const languages = Map.groupBy(catalogue.targets, (target) => target.language);
  const target = h('select', { id: 'target', onchange: () => { localStorage.setItem(KEY, target.value); update(); } },
    [...languages].map(([language, all]) => h('optgroup', { label: language },
      all.map((each) => h('option', { value: each.id }, each.executed ? each.title : `${each.title} (not executed by the tests)`)))));
  const known = localStorage.getItem(KEY);
  if (catalogue.targets.some((each) => each.id === known)) target.value = known;
  const secrets = h('select', { id: 'secrets', onchange: update },
    h('option', { value: 'env' }, 'from the environment'), h('option', { value: 'prompt' }, 'asked for'),
    h('option', { value: 'literal' }, 'in the code'));
  fill(byId('panel-code'),
    h('div', { class: 'row wrap' }, h('div', { class: 'pick' }, h('label', { for: 'target' }, 'For'), target),
      h('div', { class: 'pick' }, h('label', { for: 'secrets' }, 'Secrets'), secrets), copier(() => text),
      saver(() => text, () => name)),
    h('div', { id: 'code-notes', role: 'status' }),
    h('pre', { class: 'text', tabindex: '0', role: 'region', 'aria-label': 'Code' }, h('code', { id: 'code' })));
}

/** Writes the code anew, if it is to be seen. */
export async function update() {
  if (byId('panel-code').hidden) return;
  turn += 1;
  const mine = turn;
  try {
    const made = await call('code', { target: byId('target').value, secrets: byId('secrets').value, draft: draft() });
    if (mine !== turn) return;
    if (made.refused) throw new Error(made.refused);
    text = made.text;
    name = made.file;
    fill(byId('code'), text);
    fill(byId('code-notes'), made.warnings.length ? h('ul', { class: 'notes' }, made.warnings.map((each) => h('li', {}, each))) : null);
  } catch (problem) {
    if (mine !== turn) return;
    text = '';
    fill(byId('code'));
    fill(byId('code-notes'), h('p', { class: 'card warn' }, problem.message));
  }
}
