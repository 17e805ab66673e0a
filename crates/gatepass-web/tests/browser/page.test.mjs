// The page in a real browser, as a user sees it, against the built-in server and a hostile one.
// Run by `cargo xtask browser`: GATEPASS is the program, CHROMIUM the browser.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

let program;
let browser;
let address;

before(async () => {
  program = spawn(process.env.GATEPASS, ['web'], { stdio: ['ignore', 'pipe', 'inherit'] });
  address = await new Promise((done, failed) => {
    program.stdout.once('data', (data) => done(String(data).trim()));
    program.once('exit', () => failed(new Error('gatepass web ended')));
  });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
});

after(async () => {
  await browser?.close();
  program?.kill();
});

/** Opens the page in a profile of its own. What the console says must be nothing. */
async function open(options = {}, url = address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'], ...options });
  const page = await context.newPage();
  page.said = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) page.said.push(message.text()); });
  page.on('pageerror', (error) => page.said.push(error.message));
  page.setDefaultTimeout(30000);
  await page.goto(url);
  await page.waitForSelector('html[data-ready]');
  return page;
}

async function close(page) {
  assert.deepEqual(page.said, [], 'the browser complains');
  await page.context().close();
}

async function send(page) {
  await page.getByRole('button', { name: 'Send' }).click();
  await page.waitForSelector('#summary .status');
}

const status = (page) => page.locator('#summary .status').innerText();
const example = (page, label) => page.getByLabel('Examples').selectOption({ label });

async function paste(page, text) {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press('Control+V');
}

async function base(page) {
  await example(page, 'Basic');
  return new URL(await page.getByLabel('URL', { exact: true }).inputValue()).origin;
}

/** Looks for a text wherever the page could leave it. */
async function traces(page, text) {
  return page.evaluate(async (wanted) => {
    const places = { address: location.href, title: document.title };
    for (const [name, store] of Object.entries({ local: localStorage, session: sessionStorage })) {
      for (const key of Object.keys(store)) places[`${name} ${key}`] = store.getItem(key);
    }
    places.cookies = document.cookie;
    return Object.keys(places).filter((place) => places[place].includes(wanted) || places[place].includes(btoa(wanted)));
  }, text);
}

test('a Bearer request as the page of ReqBin shows it', async () => {
  const page = await open();
  const origin = await base(page);
  await page.getByLabel('URL', { exact: true }).fill(`${origin}/echo/get/json`);
  await page.getByLabel('Scheme', { exact: true }).selectOption('bearer');
  await page.getByLabel('Token', { exact: true }).fill('s3cret-token-of-mine');
  await page.getByRole('tab', { name: 'Headers' }).first().click();
  await page.getByLabel('Header name').first().fill('Accept');
  await page.getByLabel('Header value').first().fill('application/json');
  await send(page);
  assert.equal(await status(page), '200 OK');
  assert.match(await page.locator('#panel-content pre').innerText(), /"success":/);
  await page.getByRole('tab', { name: 'Conversation' }).click();
  const wire = page.locator('.wire').first();
  assert.match(await wire.innerText(), /Authorization: Bearer s3c…/);
  assert.doesNotMatch(await page.locator('#answer').innerText(), /s3cret-token-of-mine/);
  await page.getByRole('button', { name: 'Show secrets' }).click();
  assert.match(await wire.innerText(), /Authorization: Bearer s3cret-token-of-mine/);
  assert.match(await wire.innerText(), /Accept: application\/json/);
  assert.deepEqual(await traces(page, 's3cret-token-of-mine'), []);
  await close(page);
});

test('Digest is refused and says why, and is accepted', async () => {
  const page = await open();
  await example(page, 'Digest, wrong password');
  await send(page);
  assert.equal(await status(page), '401 Unauthorized');
  assert.notEqual(await page.locator('#diagnosis .headline').innerText(), '');
  await page.getByLabel('Password', { exact: true }).fill('s3cret');
  await send(page);
  await page.getByText('200 OK').first().waitFor();
  assert.equal(await page.locator('#diagnosis').innerText(), '');
  await page.getByRole('tab', { name: 'Conversation' }).click();
  const text = await page.locator('#panel-conversation').innerText();
  for (const part of ['401 Unauthorized', 'The server asks for Digest', 'nonce', 'HA1', 'A2', 'GET:/auth/digest', 'response']) {
    assert.ok(text.includes(part), `${part}: ${text}`);
  }
  await close(page);
});

test('the wrong scheme can be changed for the right one by the diagnosis', async () => {
  const page = await open();
  await example(page, 'The wrong scheme');
  await send(page);
  await page.getByRole('button', { name: 'Use digest' }).click();
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password', { exact: true }).fill('s3cret');
  await send(page);
  await page.getByText('200 OK').first().waitFor();
  await close(page);
});

test('OAuth 1.0a shows its base string', async () => {
  const page = await open();
  await example(page, 'OAuth 1.0a');
  await send(page);
  assert.equal(await status(page), '200 OK');
  await page.getByRole('tab', { name: 'Conversation' }).click();
  const text = await page.locator('#panel-conversation').innerText();
  assert.match(text, /signature base string[\s\S]*GET&http%3A%2F%2F127\.0\.0\.1/);
  await close(page);
});

test('every scheme has a form that works with its example', async () => {
  const page = await open();
  for (const title of ['API key', 'Basic', 'Bearer', 'Digest', 'OAuth 1.0a']) {
    await example(page, title);
    await send(page);
    await page.waitForFunction(() => document.querySelector('#summary .status')?.textContent);
    assert.equal(await status(page), '200 OK', title);
  }
  await close(page);
});

test('a pasted curl line becomes Python', async () => {
  const page = await open();
  await page.evaluate(() => document.activeElement.blur());
  await paste(page, "$ curl -X POST https://api.example/orders?page=2 \\\n  -H 'Authorization: Bearer s3cret-in-curl' --json '{\"amount\": 3}'");
  await page.getByText('Understood: POST https://api.example/orders, with bearer.').waitFor();
  assert.equal(await page.getByLabel('URL', { exact: true }).inputValue(), 'https://api.example/orders?page=2');
  await page.getByRole('tab', { name: /^Query/ }).click();
  assert.equal(await page.getByLabel('Parameter value').first().inputValue(), '2');
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.getByLabel('For', { exact: true }).selectOption('python-requests');
  await page.waitForFunction(() => document.querySelector('#code').textContent.includes('import requests'));
  const code = await page.locator('#code').innerText();
  for (const part of ['requests.post(', '"https://api.example/orders?page=2"', 'os.environ["API_TOKEN"]', '"amount": 3']) {
    assert.ok(code.includes(part), `${part}: ${code}`);
  }
  assert.ok(!code.includes('s3cret-in-curl'));
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).last().click()]);
  assert.match(download.suggestedFilename(), /\.py$/);
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await page.getByLabel('URL', { exact: true }).inputValue(), '');
  await close(page);
});

test('variables of a pasted line are asked for, and stay variables in code', async () => {
  const page = await open();
  const origin = await base(page);
  await page.getByLabel('URL', { exact: true }).click();
  await paste(page, `curl -u "alice:$PW" ${origin}/basic-auth/alice/s3cret`);
  await page.getByRole('group', { name: 'Variables' }).getByLabel('PW', { exact: true }).fill('s3cret');
  await send(page);
  assert.equal(await status(page), '200 OK');
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.getByLabel('For', { exact: true }).selectOption('python-requests');
  await page.waitForFunction(() => document.querySelector('#code').textContent.includes('environ["PW"]'));
  await close(page);
});

test('a pasted curl line fills the connection, a proxy is gone through, and nothing of it is kept', async () => {
  const page = await open();
  const proxy = createServer((request, response) => {
    const asked = request.headers['proxy-authorization'];
    response.writeHead(asked ? 200 : 407, { 'Content-Type': 'text/plain', 'Proxy-Authenticate': 'Basic realm="proxy"' });
    response.end(`${request.url} by ${asked && atob(asked.split(' ')[1])}`);
  });
  await new Promise((done) => { proxy.listen(0, '127.0.0.1', done); });
  try {
    await page.getByLabel('URL', { exact: true }).click();
    await paste(page, `curl -x http://127.0.0.1:${proxy.address().port} -U bob:s3cret-of-proxy -k -m 7 -L --cacert certs/ca.pem `
      + '--cert client.pem:s3cret-of-key http://behind.example/x');
    await page.getByText('Understood: GET http://behind.example/x').waitFor();
    await page.getByText('choose the file ca.pem').waitFor();
    await page.getByRole('tab', { name: /^Connection/ }).click();
    assert.equal(await page.getByLabel('URL of the proxy').inputValue(), `http://127.0.0.1:${proxy.address().port}`);
    assert.equal(await page.getByLabel('Proxy user (optional)').inputValue(), 'bob');
    assert.equal(await page.getByLabel('Proxy password (optional)').inputValue(), 's3cret-of-proxy');
    assert.equal(await page.getByLabel('Time limit in seconds').inputValue(), '7');
    assert.ok(await page.getByLabel('Follow redirects').isChecked());
    assert.ok(await page.getByLabel('Do not verify certificates').isChecked());
    assert.equal(await page.getByLabel('Password of the key (optional)').inputValue(), 's3cret-of-key');
    // What is named is not read: it has to be chosen, in the browser.
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText(/choose the file ca\.pem for the authorities/i).waitFor();
    const pem = '-----BEGIN CERTIFICATE-----\ns3cret-of-file\n-----END CERTIFICATE-----\n';
    const [picked] = await Promise.all([page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Read a file: Authorities to believe (PEM)' }).click()]);
    await picked.setFiles({ name: 'other-ca.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(pem) });
    await page.getByText('other-ca.pem', { exact: true }).waitFor();
    assert.equal(await page.getByLabel('Authorities to believe (PEM)', { exact: true }).inputValue(), pem);
    await page.getByRole('tab', { name: 'Code' }).click();
    await page.getByLabel('For', { exact: true }).selectOption('curl');
    await page.waitForFunction(() => document.querySelector('#code-notes').textContent.includes('password'));
    await page.getByRole('tab', { name: /^Connection/ }).click();
    await page.getByRole('button', { name: 'Clear: Certificate (PEM)' }).click();
    await page.getByLabel('Password of the key (optional)').fill('');
    await page.waitForFunction(() => document.querySelector('#code').textContent.includes('--proxy'));
    const code = await page.locator('#code').innerText();
    for (const part of ['--insecure', '--max-time 7', '--location']) assert.ok(code.includes(part), `${part}: ${code}`);
    assert.ok(!code.includes('s3cret-of'), code);
    // The authorities are no certificates: without them the request goes out.
    await page.getByRole('button', { name: 'Clear: Authorities to believe (PEM)' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('#summary').getByText('200 OK').waitFor();
    await page.locator('#answer').getByRole('tab', { name: 'Body' }).click();
    await page.getByText('http://behind.example/x by bob:s3cret-of-proxy').waitFor();
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('The link is copied.').waitFor();
    for (const secret of ['s3cret-of-proxy', 's3cret-of-key', 's3cret-of-file']) assert.deepEqual(await traces(page, secret), [], secret);
    const carried = Buffer.from(new URL(page.url()).hash.replace('#request=', ''), 'base64url').toString();
    assert.ok(carried.includes('"bob"') && !carried.includes('s3cret-of'), carried);
  } finally {
    proxy.close();
  }
  // The request that lacked its file was refused, which the browser says too.
  page.said = page.said.filter((said) => !said.includes('status of 422'));
  await close(page);
});

test('one of several pasted requests can be chosen', async () => {
  const page = await open();
  await page.getByLabel('URL', { exact: true }).click();
  await paste(page, '### log in\nPOST https://h.example/login\n\na=1\n\n### who am I\nGET https://h.example/user\nAuthorization: Bearer s3cret-two\n');
  await page.getByText('Understood: POST https://h.example/login').waitFor();
  await page.getByLabel('2 requests are in it; this is').selectOption({ label: '2: who am I' });
  await page.getByText('Understood: GET https://h.example/user, with bearer.').waitFor();
  assert.equal(await page.getByLabel('URL', { exact: true }).inputValue(), 'https://h.example/user');
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await page.getByLabel('URL', { exact: true }).inputValue(), '');
  await close(page);
});

/** Starts a server whose answers want to be the page. */
async function hostile(answers) {
  const server = createServer((request, response) => {
    const [type, body, status] = answers[request.url] ?? ['text/plain', 'no', 404];
    response.writeHead(status ?? 200, { 'Content-Type': type, 'X-Evil': '<img src=x onerror=window.evil=1>',
      'WWW-Authenticate': 'Digest realm="<script>window.evil=1</script>", nonce="<img src=x onerror=window.evil=1>"' });
    response.end(body);
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return server;
}

test('a hostile answer runs nothing, wherever it is shown', async () => {
  const attack = '<script>window.evil=1</script><img src=x onerror="window.evil=1"><svg onload="window.evil=1"></svg>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="parent.evil=1;window.evil=1"><script>window.evil=1;top.evil=1</script></svg>`;
  const server = await hostile({
    '/html': ['text/html', attack],
    '/json': ['application/json', JSON.stringify({ [attack]: attack, __proto__: attack })],
    '/svg': ['image/svg+xml', svg],
    '/png': ['image/png', attack],
    '/401': ['text/html', attack, 401],
    '/type': ['text/html;charset="x\'><script>window.evil=1</script>"', attack],
  });
  const page = await open();
  const requests = [];
  page.on('request', (request) => requests.push(request.url()));
  try {
    for (const path of ['/html', '/json', '/svg', '/png', '/401', '/type']) {
      await page.getByLabel('URL', { exact: true }).fill(`http://127.0.0.1:${server.address().port}${path}`);
      await page.getByLabel('Scheme', { exact: true }).selectOption('');
      await send(page);
      await page.waitForFunction(() => document.querySelector('#summary .status')?.textContent);
      for (const tab of ['Conversation', 'Body']) await page.locator('#answer').getByRole('tab', { name: tab }).click();
      await page.waitForTimeout(100);
      assert.equal(await page.evaluate(() => window.evil), undefined, path);
    }
    await page.getByLabel('URL', { exact: true }).fill('javascript:window.evil=1');
    await send(page);
    assert.equal(await page.evaluate(() => window.evil), undefined);
    // The page speaks to its own server alone.
    const origin = new URL(address).origin;
    assert.deepEqual(requests.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url)), []);
  } finally {
    server.close();
  }
  await page.context().close();
});

test('a picture is shown', async () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNkYPjPgA8w4ZVlGLXSAZ8BCjCzAAAAAElFTkSuQmCC', 'base64');
  const server = await hostile({ '/a.png': ['image/png', png] });
  const page = await open();
  await page.getByLabel('URL', { exact: true }).fill(`http://127.0.0.1:${server.address().port}/a.png`);
  await send(page);
  await page.waitForFunction(() => document.querySelector('.picture img')?.naturalWidth === 10);
  server.close();
  await close(page);
});

test('the keyboard is enough', async () => {
  const page = await open();
  const origin = await base(page);
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.id);
  await page.getByLabel('URL', { exact: true }).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(`${origin}/digest-auth/auth/alice/s3cret`);
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'send');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'tab-auth');
  for (const expected of ['tab-query', 'tab-headers', 'tab-body', 'tab-connection', 'tab-auth']) {
    await page.keyboard.press('ArrowRight');
    assert.equal(await focused(), expected);
  }
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'scheme');
  await page.keyboard.type('Digest');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('alice');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('s3cret');
  await page.keyboard.press('Control+Enter');
  await page.getByText('200 OK').first().waitFor();
  await close(page);
});

test('every control has a name, every tab its panel, and what happens is announced', async () => {
  const page = await open();
  await example(page, 'OAuth 1.0a');
  await send(page);
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    const nameless = await page.evaluate(() => [...document.querySelectorAll('input, select, textarea, button, [role=region], img')]
      .filter((each) => each.checkVisibility() && !each.closest('[aria-hidden=true]'))
      .filter((each) => !(each.labels?.length || each.getAttribute('aria-label') || each.textContent.trim() || each.hasAttribute('alt')))
      .map((each) => each.outerHTML));
    assert.deepEqual(nameless, []);
    const panel = page.locator(`#${await tab.getAttribute('aria-controls')}`);
    assert.ok(await panel.isVisible());
    assert.equal(await tab.getAttribute('aria-selected'), 'true');
  }
  const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((each) => each.id));
  assert.equal(new Set(ids).size, ids.length, 'an id stands twice');
  assert.equal(await page.locator('#summary[role=status][aria-live=polite]').count(), 1);
  for (const role of ['banner', 'main', 'contentinfo', 'navigation']) assert.equal(await page.getByRole(role).count(), 1, role);
  await close(page);
});

/** The contrast of each text with what is behind it (WCAG 2.2, 1.4.3). */
function contrasts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest('.sr, .skip, option, optgroup')) continue;
    const [one, other] = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) low.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)} ${element.textContent.slice(0, 30)}`);
  }
  return low;
}

for (const [name, options] of Object.entries({
  'wide and light': {}, 'wide and dark': { colorScheme: 'dark' },
  'narrow and light': { viewport: { width: 360, height: 740 } },
  'narrow and dark': { viewport: { width: 360, height: 740 }, colorScheme: 'dark' },
})) {
  test(`${name}: everything fits, and every text can be read`, async () => {
    const page = await open(options);
    await example(page, 'The wrong scheme');
    await send(page);
    await page.locator('#diagnosis .headline').waitFor();
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      if (await tab.getAttribute('id') === 'tab-code') await page.locator('#code:not(:empty)').waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${await tab.innerText()}: ${wide} pixels too wide`);
      assert.deepEqual(await page.evaluate(contrasts), []);
      if (process.env.SHOTS) {
        mkdirSync(process.env.SHOTS, { recursive: true });
        await page.screenshot({ path: `${process.env.SHOTS}/${name.replaceAll(' ', '-')}-${await tab.getAttribute('id')}.png`, fullPage: true });
      }
    }
    await close(page);
  });
}

test('history and links carry no secret, and the request comes back', async () => {
  const page = await open();
  const origin = await base(page);
  await page.getByLabel('URL', { exact: true }).fill(`${origin}/digest-auth/auth/alice/s3cret-h?a=1&api_key=s3cret-q`);
  await page.getByLabel('Scheme', { exact: true }).selectOption('digest');
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password', { exact: true }).fill('s3cret-h');
  await send(page);
  await page.waitForFunction(() => localStorage.getItem('gatepass.history'));
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('The link is copied.').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const carried = Buffer.from(new URL(link).hash.replace('#request=', ''), 'base64url').toString();
  for (const secret of ['s3cret-h', 's3cret-q', new URLSearchParams(new URL(address).hash.slice(1)).get('token')]) {
    assert.ok(!carried.includes(secret) && !link.includes(secret), `${secret}: ${carried}`);
    const found = (await traces(page, secret)).filter((place) => place !== 'session gatepass.token');
    assert.deepEqual(found, [], secret);
  }
  // Another tab of this page gets the token from this one, and the request from the link.
  const other = await page.context().newPage();
  await other.goto(link);
  await other.waitForSelector('html[data-ready]');
  assert.match(await other.getByLabel('URL', { exact: true }).inputValue(), /\/digest-auth\/auth\/alice/);
  assert.equal(await other.getByLabel('Username').inputValue(), 'alice');
  assert.equal(await other.getByLabel('Password', { exact: true }).inputValue(), '');
  await other.close();
  await example(page, 'Basic');
  await page.getByRole('button', { name: 'History' }).click();
  await page.locator('#entries button').first().click();
  assert.match(await page.getByLabel('URL', { exact: true }).inputValue(), /\/digest-auth\/auth\/alice/);
  await close(page);
});

test('the address loses its token, and without one the page says what to do', async () => {
  const page = await open();
  assert.ok(!page.url().includes('token'), page.url());
  await page.reload();
  await page.waitForSelector('html[data-ready]');
  await close(page);
  const context = await browser.newContext();
  const stranger = await context.newPage();
  await stranger.goto(new URL(address).origin);
  await stranger.getByText('open the address that `gatepass web` printed').waitFor();
  await context.close();
});

test('the first load is small', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  let requests = 0;
  let bytes = 0;
  page.on('requestfinished', async (request) => {
    requests += 1;
    const sizes = await request.sizes();
    bytes += sizes.responseBodySize + sizes.responseHeadersSize;
  });
  const started = performance.now();
  await page.goto(address);
  await page.waitForSelector('html[data-ready]');
  const took = performance.now() - started;
  await page.waitForTimeout(100);
  console.log(`figure: first load: ${requests} requests, ${bytes} bytes, ${took.toFixed(0)} ms`);
  assert.ok(bytes < 150_000, `${bytes} bytes`);
  assert.ok(requests <= 15, `${requests} requests`);
  await context.close();
});
