// Bodies for reading: JSON indented and coloured, with every number and every name as it came.

import { h } from './elements.js';

/** Longer texts are shown as they are: colours for them would cost more than they tell. */
const LONGEST = 400_000;

const TOKEN = /\s+|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\],:]/y;

/** Returns the nodes of indented JSON, or null where the text is no JSON or too long. */
export function json(text) {
  if (text.length > LONGEST) return null;
  try { JSON.parse(text); } catch { return null; }
  const nodes = [];
  let depth = 0;
  let plain = '';
  const flush = () => { if (plain) nodes.push(plain); plain = ''; };
  const tokens = tokenise(text);
  tokens.forEach((token, at) => {
    const next = tokens[at + 1];
    if (token === '{' || token === '[') {
      plain += token;
      if (next === '}' || next === ']') return;
      depth += 1;
      plain += line(depth);
    } else if (token === '}' || token === ']') {
      const before = tokens[at - 1];
      if (before !== '{' && before !== '[') { depth -= 1; plain += line(depth); }
      plain += token;
    } else if (token === ',') {
      plain += `,${line(depth)}`;
    } else if (token === ':') {
      plain += ': ';
    } else {
      flush();
      nodes.push(h('span', { class: kind(token, next) }, token));
    }
  });
  flush();
  return nodes;
}

const line = (depth) => `\n${'  '.repeat(depth)}`;

function kind(token, next) {
  if (token.startsWith('"')) return next === ':' ? 'j-name' : 'j-text';
  return 'j-value';
}

function tokenise(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    if (found[0].trim()) tokens.push(found[0]);
  }
  return tokens;
}
