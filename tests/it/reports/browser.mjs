// Opens a report in headless Chromium and uses it as a reader would; with `pictures` it
// leaves screenshots and the printed page beside it. Nothing but node: Chromium is spoken
// to over a pipe.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const page = process.argv[2];
const pictures = process.argv[3] === "pictures";
const profile = mkdtempSync(join(tmpdir(), "kepi-browser-"));
const flags = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
  "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank",
];
const browser = spawn("chromium", flags, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const late = setTimeout(() => end(new Error("it takes too long")), 300_000);

const waiting = new Map();
const problems = [];
let requests = 0;
let last = 0;
let rest = "";
browser.stdio[4].on("data", (data) => {
  rest += data;
  const messages = rest.split("\0");
  rest = messages.pop();
  for (const message of messages) receive(JSON.parse(message));
});

function receive(message) {
  if (message.id) {
    const { resolve, reject } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) reject(new Error(message.error.message));
    else resolve(message.result);
  }
  if (message.method === "Network.requestWillBeSent") requests += 1;
  if (message.method === "Runtime.exceptionThrown") problems.push(message.params.exceptionDetails.exception.description);
  if (message.method === "Log.entryAdded") problems.push(message.params.entry.text);
}

let session;
function send(method, params = {}) {
  last += 1;
  const id = last;
  browser.stdio[3].write(JSON.stringify({ id, method, params, sessionId: session }) + "\0");
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

async function value(expression) {
  const answer = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
  if (answer.exceptionDetails) throw new Error(`${expression}: ${answer.exceptionDetails.exception.description}`);
  return answer.result.value;
}

function expect(what, found, wanted) {
  const same = JSON.stringify(found) === JSON.stringify(wanted);
  console.log(`${same ? "ok" : "WRONG"}: ${what}${same ? "" : `: found ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`}`);
  if (!same) problems.push(what);
}

async function click(selector) {
  const at = await value(`(() => {
    const element = document.querySelector(${JSON.stringify(selector)});
    element.scrollIntoView({ block: "center" });
    const box = element.getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  })()`);
  for (const type of ["mousePressed", "mouseReleased"]) {
    await send("Input.dispatchMouseEvent", { type, ...at, button: "left", clickCount: 1 });
  }
}

async function size(width, height, dark) {
  await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 500 });
  await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
}

async function picture(name) {
  if (!pictures) return;
  await value("document.fonts.ready.then(() => scrollTo(0, 0))");
  const height = await value("document.documentElement.scrollHeight");
  const width = await value("innerWidth");
  const clip = { x: 0, y: 0, width, height, scale: 1 };
  const shot = await send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, clip });
  writeFileSync(page.replace(/\.html$/, `.${name}.png`), Buffer.from(shot.data, "base64"));
}

const rows = "[...document.querySelectorAll('.scorecard .board')][0].querySelectorAll('.row')";
const visible = `[...${rows}].filter((row) => row.checkVisibility()).map((row) => row.cells[1].querySelector('a').textContent)`;
const ground = "getComputedStyle(document.body).backgroundColor";

async function use() {
  const target = await send("Target.createTarget", { url: "about:blank" });
  session = (await send("Target.attachToTarget", { targetId: target.targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
  await size(1280, 900, false);
  await send("Page.navigate", { url: pathToFileURL(page).href });
  for (let tries = 0; (await value("document.readyState")) !== "complete" && tries < 100; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await picture("light");
  const names = await value(visible);
  expect("every metric has a row", names.length, 5);

  const light = await value(ground);
  await click("#theme");
  expect("the button makes it dark", (await value(ground)) !== light, true);
  await click("#theme");
  expect("and light again", await value(ground), light);

  await click(".filter");
  await send("Input.insertText", { text: "mrr" });
  expect("a filter leaves what it names", await value(visible), ["MRR"]);
  await value("(() => { const f = document.querySelector('.filter'); f.value = ''; f.dispatchEvent(new Event('input')); })()");
  await click(".trouble");
  expect("what is ok can be left out", (await value(visible)).includes("MRR"), false);
  await click(".trouble");
  expect("and comes back", await value(visible), names);

  await click("th[data-sort=text] button");
  const primary = (list) => list.slice(0, 3);
  expect("names are sorted within their tier", primary(await value(visible)), ["Bookings", "MRR", "Win rate"]);
  await click("th[data-sort=rank] button");
  expect("the worst comes first", primary(await value(visible))[0], "Win rate");
  expect("and the heading says so", await value("document.querySelector('th[data-sort=rank]').ariaSort"), "descending");

  const closed = "document.querySelector('.metric details:not([open])')";
  await value(`${closed}.id = 'closed'`);
  await click("#closed > summary");
  expect("details open", await value("document.querySelector('#closed').open"), true);
  await click(".board .row a");
  expect("a row leads to its metric", await value("location.hash"), "#executive-win_rate-v2");

  await size(1280, 900, true);
  expect("a dark screen gets a dark page", (await value("delete document.documentElement.dataset.theme, " + ground)) !== light, true);
  await picture("dark");
  await size(390, 844, false);
  expect("a phone need not scroll sideways", await value("document.documentElement.scrollWidth"), 390);
  await picture("phone");
  const wide = `[...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > 391
    && !e.closest(".scroll, .chart-box, .board-box")).map((e) => e.tagName + "." + e.className).slice(0, 5)`;
  expect("and nothing is cut off", await value(wide), []);
  if (pictures) await print();

  await send("Emulation.setScriptExecutionDisabled", { value: true });
  await size(1280, 900, false);
  await send("Page.reload");
  await new Promise((resolve) => setTimeout(resolve, 500));
  await picture("plain");
  expect("the page alone is fetched, each time it is opened", requests, 2);
  expect("nothing went wrong", problems, []);
}

async function print() {
  const paper = await send("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
  writeFileSync(page.replace(/\.html$/, ".pdf"), Buffer.from(paper.data, "base64"));
}

function end(error) {
  clearTimeout(late);
  if (error) console.error(error.stack);
  browser.kill("SIGKILL");
  browser.once("exit", () => {
    // what still writes there may come too late, and the folder is a temporary one
    try { rmSync(profile, { recursive: true, force: true, maxRetries: 5 }); } catch { /* left */ }
    process.exit(error || problems.length ? 1 : 0);
  });
}

use().then(() => end(), end);
