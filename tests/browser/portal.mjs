// Walks the cover page in headless Chromium, over its debugging pipe: nothing but Node and Chromium is needed.
// node tests/browser/portal.mjs CHROMIUM OUT/index.html [axe.min.js]
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, file, axe] = process.argv.slice(2);
const url = pathToFileURL(resolve(file)).href;
const profile = mkdtempSync(join(tmpdir(), "portal-"));
const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"];
const browser = spawn(chromium, [...flags, `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"], {
  stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
});
const waiting = new Map();
const asked = [];
const complaints = [];
let last = 0;
let rest = "";

function receive(message) {
  const { id, method, params } = message;
  if (waiting.has(id)) {
    waiting.get(id)(message);
    waiting.delete(id);
  }
  if (method === "Network.requestWillBeSent") asked.push(params.request.url.split("#")[0]);
  if (method === "Runtime.exceptionThrown") complaints.push(params.exceptionDetails.text);
  if (method === "Log.entryAdded" && params.entry.level === "error") complaints.push(params.entry.text);
}

browser.stdio[4].setEncoding("utf8").on("data", (text) => {
  const messages = (rest + text).split("\0");
  rest = messages.pop();
  messages.forEach((message) => receive(JSON.parse(message)));
});

function send(method, params = {}, sessionId = undefined) {
  last += 1;
  const id = last;
  browser.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  return new Promise((done, failed) => {
    waiting.set(id, (answer) => (answer.error ? failed(new Error(`${method}: ${answer.error.message}`)) : done(answer.result)));
  });
}

async function tab() {
  const { targetId } = await send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  const call = (method, params) => send(method, params, sessionId);
  await Promise.all(["Page", "Runtime", "Network", "Log"].map((domain) => call(`${domain}.enable`)));
  const run = async (expression) => {
    const answer = await call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    assert.ok(!answer.exceptionDetails, JSON.stringify(answer.exceptionDetails));
    return answer.result.value;
  };
  const until = async (expression) => {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await run(expression).catch(() => false)) return;
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.fail(`${await run("location.href")} never came to: ${expression}`);
  };
  const open = async (hash) => {
    await call("Page.navigate", { url: "about:blank" });
    await until("location.href === 'about:blank'");
    await call("Page.navigate", { url: url + hash });
    await until("location.protocol === 'file:' && document.readyState === 'complete'");
  };
  return { call, run, until, open };
}

const SEEN = `(id) => { const box = document.getElementById(id).getBoundingClientRect();
  return box.height > 0 && box.top < innerHeight && box.bottom > 0; }`;
const SHOWN = "document.querySelectorAll('[data-item]:not([hidden])').length";

async function fromTheScoreToAnArtifact() {
  const { run, until, open } = await tab();
  await open("");
  await run("document.querySelector('a[data-view=\"determination=not-met\"]').click()");
  await until("location.hash === '#?determination=not-met'");
  const wanted = await run("document.querySelectorAll('[data-item][data-determination=not-met]').length");
  assert.equal(await run(SHOWN), wanted);
  const open_folds = "[...document.querySelectorAll('details[data-group]:not([hidden])')].every((fold) => fold.open)";
  assert.ok(await run(open_folds), "what is left is unfolded");
  await run(`(() => { const links = [...document.querySelectorAll('[data-item]:not([hidden]) a.open')];
    const link = links.find((link) => /\\.(md|txt|json|pdf|png|svg)(#|$)/.test(link.href));
    link.scrollIntoView({ block: "center" }); link.click(); })()`);
  await until("!location.pathname.endsWith('index.html') && document.readyState === 'complete'");
  await run("history.back()");
  await until(`location.hash.includes('at=') && ${SHOWN} === ${wanted}`);
  const at = await run("new URLSearchParams(location.hash.slice(2)).get('at')");
  await until(`(${SEEN})(${JSON.stringify(at)})`);
}

async function searchAndSend() {
  const { run, until, open } = await tab();
  await open("");
  await run(`(() => { const field = document.querySelector('[type=search]'); field.value = '3.1.1[a]';
    field.dispatchEvent(new Event('input', { bubbles: true })); })()`);
  assert.equal(await run(SHOWN), 1);
  const hash = await run("location.hash");
  await open(hash);
  await until(`${SHOWN} === 1`);
  await run("document.querySelector('#filters [type=reset]').click()");
  await until(`${SHOWN} === 320 && location.hash === ''`);
  for (const hostile of ["#?family=%3Cscript%3E&at=nobody", "#%E0%A4%A", "#?at=%", "#constructor"]) {
    await open(hostile);
    await until(`${SHOWN} === 320`);
  }
}

async function anObjectiveByItsAddress(scripting) {
  const { call, until, run, open } = await tab();
  await call("Emulation.setScriptExecutionDisabled", { value: !scripting });
  await open("#AC.L2-3.1.1[a]");
  await until(`(${SEEN})('AC.L2-3.1.1[a]')`);
  assert.equal(await run("document.getElementById('filters').hidden"), !scripting);
}

async function accessible(source) {
  for (const [scheme, width] of [["light", 1366], ["dark", 800], ["light", 390]]) {
    for (const hash of ["", "#AC.L2-3.1.1", "#?determination=not-met"]) {
      const { call, run, open } = await tab();
      await call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
      await call("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: false });
      await open(hash);
      assert.ok(await run(`document.documentElement.scrollWidth <= ${width}`), `wider than ${width}`);
      await run(source);
      const found = await run("axe.run({ resultTypes: ['violations'] }).then((found) => found.violations.map((one) => one.id + ': ' + one.nodes[0].html))");
      assert.deepEqual(found, [], `${scheme} ${width} ${hash}`);
    }
  }
}

try {
  await fromTheScoreToAnArtifact();
  await searchAndSend();
  await anObjectiveByItsAddress(true);
  await anObjectiveByItsAddress(false);
  if (axe) await accessible(readFileSync(axe, "utf8"));
  else console.log("axe-core is not there: accessibility is not checked here");
  assert.deepEqual(complaints, []);
  assert.ok(asked.every((one) => /^(file|about|data|chrome-error):/.test(one)), `asked for ${asked}`);
  console.log(`the cover page was walked${axe ? " and is accessible" : ""}`);
} finally {
  const gone = new Promise((done) => browser.once("exit", done));
  send("Browser.close").catch(() => browser.kill());
  await gone;
  rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}
