// Every request and answer of the exchange, in order: what was asked, what was computed from what. Secrets are masked until
// they are asked for.

import { byId, fill, h } from './elements.js';

/** What each step is made of, where its name does not say it. */
const MADE_OF = {
  'user-pass': 'user name : password, then in base64',
  A1: 'user name : realm : password',
  HA1: 'hash of A1',
  A2: 'method : target',
  HA2: 'hash of A2',
  data: 'nonce : count : client nonce : qop : HA2',
  response: 'hash of HA1 : data',
  'normalized parameters': 'every parameter, encoded and sorted',
  'base string URI': 'the URL without its query',
  'signature base string': 'method & URI & parameters, each encoded',
  'signing key': 'client secret & token secret, each encoded',
  signature: 'the base string, signed with the key',
  'body hash': 'hash of the body',
};

/** What the parameters of a challenge ask for. */
const ASKED = {
  realm: 'what the password is for',
  nonce: 'to be hashed in, so that an answer is good once',
  opaque: 'to be sent back as it is',
  algorithm: 'the hash to use',
  qop: 'auth covers the request line, auth-int the body too',
  stale: 'only the nonce was too old',
  scope: 'the rights that are needed',
  error: 'what was wrong with the token',
  error_description: 'what was wrong, in words',
  charset: 'how name and password are written',
  userhash: 'whether the user name may be hashed',
  domain: 'where else the password is good',
};

let revealed = false;
let legs = [];

/** Shows a conversation. */
export function show(all) {
  legs = all;
  draw();
}

function draw() {
  const panel = byId('panel-conversation');
  if (!legs.length) return fill(panel, h('p', { class: 'quiet' }, 'Every request and every answer comes here, in order.'));
  const toggle = h('button', { type: 'button', id: 'reveal', 'aria-pressed': String(revealed), onclick: () => {
    revealed = !revealed;
    draw();
    byId('reveal').focus();
  } }, revealed ? 'Mask secrets' : 'Show secrets');
  return fill(panel, h('div', { class: 'row' }, toggle),
    h('ol', { class: 'legs' }, legs.map((leg, at) => h('li', {}, one(leg, at)))));
}

function value({ shown, plain }) {
  if (plain === null || plain === undefined) return h('span', {}, shown);
  return h('span', { class: 'secret', title: revealed ? 'a secret' : 'masked' }, revealed ? plain : shown);
}

const field = (each) => h('div', {}, h('b', {}, `${each.name}: `), value(each));

function one(leg, at) {
  const { response } = leg;
  const outcome = response ? `${response.status} ${response.reason}` : 'no answer';
  const kind = !response || response.status >= 400 ? 'bad' : response.status >= 300 ? 'warn' : 'good';
  return h('article', { 'aria-label': `Request ${at + 1}` },
    h('h3', {}, h('span', { class: 'number' }, String(at + 1)), `${leg.method} ${leg.url} `,
      h('span', { class: `status small ${kind}` }, outcome)),
    h('ul', { class: 'leg-facts' }, leg.facts.map((fact) => h('li', {}, fact))),
    workings(leg),
    h('h4', {}, 'Sent'),
    h('div', { class: 'wire', tabindex: '0', role: 'region', 'aria-label': `Request ${at + 1} as sent` },
      h('div', {}, `${leg.method} `, value(leg.target), ` ${leg.version}`), leg.headers.map(field), sent(leg.body)),
    h('h4', {}, 'Answered'),
    response ? h('div', { class: 'wire', tabindex: '0', role: 'region', 'aria-label': `Answer ${at + 1}` },
      h('div', {}, `${response.version} ${response.status} ${response.reason}`), response.headers.map(field))
      : h('p', {}, leg.failure ?? 'No answer came.'),
    asked(response?.challenges ?? []),
    leg.leads_to ? h('p', { class: 'quiet' }, `This led to ${leg.leads_to}`) : null);
}

function sent(body) {
  if (!body) return null;
  return h('div', { class: 'sent' }, body.shown === undefined ? `(${body.size} bytes)` : value(body));
}

function workings(leg) {
  if (!leg.workings.length) return null;
  const title = leg.scheme ? `Computed for ${leg.scheme.title}` : 'Computed';
  return [h('h4', {}, title), h('dl', { class: 'steps' }, leg.workings.map((step) => [
    h('dt', {}, step.name, MADE_OF[step.name] ? h('small', {}, MADE_OF[step.name]) : null),
    h('dd', {}, value(step)),
  ]).flat())];
}

function asked(challenges) {
  if (!challenges.length) return null;
  const words = [...new Set(challenges.map((each) => each.scheme))].join(' or ');
  return [h('h4', {}, `The server asks for ${words}`), challenge(challenges[0]),
    challenges.slice(1).map((each) => h('details', {}, h('summary', {}, `or ${title(each)}`), challenge(each)))];
}

function title(challenge) {
  const algorithm = challenge.params.find(([name]) => name.toLowerCase() === 'algorithm');
  return algorithm ? `${challenge.scheme} with ${algorithm[1]}` : challenge.scheme;
}

function challenge(asked) {
  return h('div', {}, asked.token ? h('p', { class: 'quiet' }, asked.token) : null,
    asked.params.length ? h('dl', { class: 'steps' }, asked.params.map(([name, text]) => [
      h('dt', {}, name, ASKED[name.toLowerCase()] ? h('small', {}, ASKED[name.toLowerCase()]) : null), h('dd', {}, text),
    ]).flat()) : null);
}
