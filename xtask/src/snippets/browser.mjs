// Runs generated code in Chromium. `browser.mjs serve` starts the browser and prints the port at which it takes work;
// `browser.mjs run PORT FILE` has one file run as a module of a page, and ends as the page did.

import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import process from "node:process";

const [mode, port, file] = process.argv.slice(2);
await (mode === "serve" ? serve() : run());

async function run() {
  const work = JSON.stringify({ code: readFileSync(file, "utf8"), environment: process.env });
  const answer = await new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", method: "POST" }, resolve).on("error", reject).end(work);
  });
  const { lines, failed } = JSON.parse(Buffer.concat(await answer.toArray()));
  console.log(lines.join("\n"));
  process.exitCode = failed ? 1 : 0;
}

async function serve() {
  const require = createRequire(`${process.env.GATEPASS_NODE_FOLDER}/package.json`);
  const { chromium } = require("playwright-core");
  const jquery = readFileSync(require.resolve("jquery"), "utf8");
  const browser = await chromium.launch({
    executablePath: process.env.GATEPASS_CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
  const server = createServer(async (incoming, outgoing) => {
    const work = JSON.parse(Buffer.concat(await incoming.toArray()));
    outgoing.end(JSON.stringify(await look(browser, work, jquery)));
  });
  server.listen(0, "127.0.0.1", () => console.log(`port ${server.address().port}`));
}

async function look(browser, { code, environment }, jquery) {
  // Where credentials are refused the browser would ask, and wait for ever: it gets an answer that is wrong, once.
  const context = await browser.newContext({ httpCredentials: { username: "nobody", password: "none" } });
  try {
    const page = await context.newPage();
    const [origin] = code.match(/http:\/\/127\.0\.0\.1:\d+/) ?? ["http://127.0.0.1:1"];
    const lines = [];
    let [failed, ended, pending, last] = [false, false, 0, Date.now()];
    const seen = (change) => (event) => {
      change(event);
      last = Date.now();
    };
    page.on("console", seen((message) => {
      const text = message.text();
      if (text === "__end__") ended = true;
      else if (message.type() === "error") {
        // Chromium itself says so of every status from 400 on.
        if (!text.startsWith("Failed to load resource")) [failed] = [true, lines.push(text)];
      } else lines.push(text);
    }));
    page.on("pageerror", seen((error) => ([failed, ended] = [true, true, lines.push(String(error))])));
    page.on("dialog", (dialog) => dialog.message() in environment ? dialog.accept(environment[dialog.message()]) : dialog.dismiss());
    page.on("request", seen(() => pending++));
    page.on("requestfinished", seen(() => pending--));
    page.on("requestfailed", seen(() => pending--));
    await page.route("**/__page", (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body:
      `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script>${jquery}</script><script type="module">${code}\nconsole.log("__end__");</script>` }));
    await page.goto(`${origin}/__page`);
    const deadline = Date.now() + 30_000;
    while (Date.now() < deadline && !(ended && pending === 0 && lines.length > 0 && Date.now() - last > 60)) {
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    const stuck = !ended || pending > 0;
    return { lines: stuck ? [...lines, `stuck: ended ${ended}, ${pending} pending`] : lines, failed: failed || stuck };
  } finally {
    await context.close();
  }
}
