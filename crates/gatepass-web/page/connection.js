// How the request is carried out: redirects, time, a proxy, and whom TLS believes and shows. Certificates are pasted, or
// read from a file by the browser: no path leaves this page.

import { byId, field, fill, h, secret } from './elements.js';

let changed = () => {};

const authorities = pem('authorities', 'Authorities to believe (PEM)', 'In place of those of the system.');
const certificate = pem('certificate', 'Certificate (PEM)', 'Shown to the server of the URL, if it asks.');
const key = pem('key', 'Private key (PEM)', 'Where it is not in the same file.', true);

/** Builds the section. `onChange` hears of every change. */
export function build(onChange) {
  changed = onChange;
  const input = (id, attributes = {}) => h('input', { id, spellcheck: 'false', autocomplete: 'off', autocapitalize: 'none', oninput: () => changed(), ...attributes });
  const hidden = (id) => secret({ id, oninput: () => changed() });
  fill(byId('panel-connection'),
    check('follow', 'Follow redirects', 'Credentials stay at their origin.', true),
    check('plain-http', 'Allow secrets over plain HTTP', 'Needed for a server that is not this machine and has no TLS.'),
    field('Time limit in seconds', input('timeout', { inputmode: 'decimal', placeholder: '60' })),
    h('fieldset', {}, h('legend', {}, 'Proxy'),
      field('URL of the proxy', input('proxy', { inputmode: 'url', placeholder: 'http://proxy.example:3128' }), 'http, https, socks5 or socks5h'),
      h('div', { class: 'two' }, field('Proxy user (optional)', input('proxy-user')),
        field('Proxy password (optional)', hidden('proxy-password')))),
    h('fieldset', {}, h('legend', {}, 'TLS'),
      check('insecure', 'Do not verify certificates', 'Whoever is in between reads and changes everything.'),
      authorities.element,
      h('details', { id: 'client' }, h('summary', {}, 'Client certificate'), certificate.element, key.element,
        field('Password of the key (optional)', hidden('passphrase')))));
}

function check(id, title, help, checked = false) {
  const box = h('input', { type: 'checkbox', id, checked, onchange: () => changed() });
  return h('div', { class: 'check' }, box, h('label', { for: id }, title), h('small', {}, help));
}

/** Makes a field for a text in PEM, with a button that reads a file. */
function pem(id, title, help, masked = false) {
  let name = '';
  const text = h('textarea', { id, rows: '3', class: masked ? 'mono masked' : 'mono', spellcheck: 'false', autocomplete: 'off',
    placeholder: '-----BEGIN …', oninput: () => { name = ''; show(); changed(); } });
  const picked = h('input', { type: 'file', class: 'sr', tabindex: '-1', 'aria-hidden': 'true', accept: '.pem,.crt,.cer,.key,.txt', onchange: async () => {
    if (!picked.files.length) return;
    [name, text.value] = [picked.files[0].name, await picked.files[0].text()];
    picked.value = '';
    show();
    changed();
  } });
  const state = h('span', { class: 'quiet', role: 'status' });
  const show = () => {
    clear.hidden = !name && !text.value;
    state.textContent = name && text.value ? name : name ? `Choose ${name}: the page reads no files by itself.` : '';
  };
  const button = h('button', { type: 'button', 'aria-label': `Read a file: ${title}`, onclick: () => picked.click() }, 'File…');
  // A file that was named and never chosen is taken back here, too.
  const clear = h('button', { type: 'button', class: 'quiet', hidden: true, 'aria-label': `Clear: ${title}`, onclick: () => {
    [name, text.value] = ['', ''];
    show();
    changed();
    text.focus();
  } }, 'Clear');
  const element = field(title, text, help);
  element.append(h('div', { class: 'row file' }, button, picked, state, clear));
  return {
    element,
    read: () => ({ name, text: text.value }),
    write: (given) => {
      [name, text.value] = [given?.name ?? '', given?.text ?? ''];
      show();
    },
  };
}

/** Returns what the section holds. */
export function read() {
  const timeout = Number.parseFloat(byId('timeout').value);
  const value = (id) => byId(id).value;
  return {
    follow: byId('follow').checked, insecure: byId('insecure').checked, plain_http: byId('plain-http').checked,
    timeout: Number.isFinite(timeout) ? timeout : null,
    proxy: { url: value('proxy').trim(), username: value('proxy-user'), password: value('proxy-password') },
    authorities: authorities.read(), certificate: certificate.read(), key: key.read(), passphrase: value('passphrase'),
  };
}

/** Fills the section. What is not said is as in an empty form. */
export function write(options = {}) {
  byId('follow').checked = options.follow ?? true;
  byId('insecure').checked = options.insecure ?? false;
  byId('plain-http').checked = options.plain_http ?? false;
  byId('timeout').value = options.timeout ?? '';
  byId('proxy').value = options.proxy?.url ?? '';
  byId('proxy-user').value = options.proxy?.username ?? '';
  byId('proxy-password').value = options.proxy?.password ?? '';
  authorities.write(options.authorities);
  certificate.write(options.certificate);
  key.write(options.key);
  byId('passphrase').value = options.passphrase ?? '';
  byId('client').open = Boolean(options.certificate?.name || options.certificate?.text);
}

/** Returns how many settings of the connection are not the usual ones. */
export function count() {
  const { follow, insecure, plain_http: plain, timeout, proxy, ...pems } = read();
  const given = [pems.authorities, pems.certificate].filter((each) => each.name || each.text);
  return [!follow, insecure, plain, timeout !== null, proxy.url].filter(Boolean).length + given.length;
}
