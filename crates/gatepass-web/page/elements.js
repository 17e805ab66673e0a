// Elements without markup: every text becomes a text node, so that nothing that came from outside is ever read as HTML.

/** Makes an element: attributes by name, listeners as functions by `on…`, children as nodes or texts. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'value' || name === 'checked') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Replaces what is in an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
}

/** Makes the tabs of a container work, with the arrow keys too. Returns what shows one. */
export function tabs(container, shown = () => {}) {
  const all = [...container.querySelectorAll('[role=tab]')];
  const show = (tab, focus) => {
    for (const other of all) {
      const is = other === tab;
      other.setAttribute('aria-selected', is);
      other.tabIndex = is ? 0 : -1;
      byId(other.getAttribute('aria-controls')).hidden = !is;
    }
    if (focus) tab.focus();
    shown(tab.id);
  };
  all.forEach((tab, at) => {
    tab.type = 'button';
    tab.addEventListener('click', () => show(tab));
    tab.addEventListener('keydown', (event) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      show(all[(to + all.length) % all.length], true);
    });
  });
  show(all[0]);
  return (id) => show(byId(id));
}

let count = 0;
/** Makes a label with a control below it, and a help text that goes with it. */
export function field(title, control, help) {
  control.id ||= `field-${++count}`;
  const parts = [h('label', { for: control.id }, title), control.parentNode ?? control];
  if (help) {
    const id = `${control.id}-help`;
    control.setAttribute('aria-describedby', id);
    parts.push(h('small', { id }, help));
  }
  return h('div', { class: 'field' }, parts);
}

/** Makes a field for a secret, hidden until asked for. */
export function secret(attributes) {
  const input = h('input', { type: 'password', autocomplete: 'new-password', spellcheck: 'false', ...attributes });
  const show = h('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false', 'aria-label': 'Show what is typed' }, 'Show');
  show.addEventListener('click', () => {
    const hidden = input.type === 'text';
    input.type = hidden ? 'password' : 'text';
    show.textContent = hidden ? 'Show' : 'Hide';
    show.setAttribute('aria-pressed', String(!hidden));
  });
  h('div', { class: 'with-button' }, input, show);
  return input;
}

/** Makes a table of names and values with one empty row at its end. `changed` hears of every change. */
export function rows(what, changed, { file = false } = {}) {
  const list = h('div', { class: 'rows', role: 'group', 'aria-label': `${what}s` });
  const add = (name = '', value = '', chosen = null) => {
    const row = h('div', { class: 'pair' });
    row.chosen = chosen;
    const touched = () => {
      if (row === list.lastElementChild && row.name.value + row.value.value) add();
      changed(row);
    };
    row.name = h('input', { value: name, 'aria-label': `${what} name`, placeholder: 'name', spellcheck: 'false', oninput: touched });
    row.value = h('input', { value, 'aria-label': `${what} value`, placeholder: 'value', spellcheck: 'false', oninput: touched });
    const remove = h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove this ${what.toLowerCase()}`, onclick: () => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      if (!list.children.length || list.lastElementChild.name.value) add();
      (next?.isConnected ? next : list.lastElementChild).name.focus();
      changed(row);
    } }, '×');
    row.append(row.name, row.value);
    if (file) row.append(picker(row, changed));
    row.append(remove);
    list.append(row);
    if (chosen) row.value.value = chosen.name;
    return row;
  };
  list.read = () => [...list.children].filter((row) => row.name.value || row.value.value);
  list.write = (pairs) => {
    list.replaceChildren();
    pairs.forEach((pair) => add(...pair));
    add();
  };
  list.write([]);
  return list;
}

function picker(row, changed) {
  const input = h('input', { type: 'file', class: 'sr', tabindex: '-1', 'aria-hidden': 'true', onchange: async () => {
    if (!input.files.length) return;
    row.chosen = await chosen(input.files[0]);
    row.value.value = row.chosen.name;
    changed(row);
  } });
  row.value.addEventListener('input', () => { row.chosen = null; });
  return h('span', {}, input, h('button', { type: 'button', class: 'quiet', onclick: () => input.click() }, 'File…'));
}

/** Reads a file that the user chose. */
export async function chosen(file) {
  return { name: file.name, media_type: file.type, base64: toBase64(new Uint8Array(await file.arrayBuffer())) };
}

export function toBase64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** Makes a button that copies what `text` returns. */
export function copier(text, title = 'Copy') {
  const button = h('button', { type: 'button', onclick: async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = title; }, 1500);
  } }, title);
  return button;
}

/** Makes a button that saves bytes as a file. No browser runs what it saves as bytes of no type. */
export function saver(bytes, name) {
  return h('button', { type: 'button', onclick: () => {
    const url = URL.createObjectURL(new Blob([bytes()], { type: 'application/octet-stream' }));
    h('a', { href: url, download: name() }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  } }, 'Download');
}

export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

export function milliseconds(time) {
  if (time < 0.1) return '< 0.1 ms';
  if (time >= 1000) return `${(time / 1000).toFixed(2)} s`;
  return time >= 10 ? `${time.toFixed(0)} ms` : `${time.toFixed(1)} ms`;
}
