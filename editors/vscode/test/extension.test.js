// The extension without its editor: what it starts, that it starts again, what it says when
// it cannot; that the bundle loads; that what package.json names is there.

const assert = require("node:assert");
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { test } = require("node:test");
const esbuild = require("esbuild");

const here = path.join(__dirname, "..");

/** Loads a file anew, with these modules in place of the real ones. */
function load(file, modules) {
  const original = Module._load;
  Module._load = (name, ...rest) => modules[name] ?? original(name, ...rest);
  try {
    delete require.cache[require.resolve(file)];
    return require(file);
  } finally {
    Module._load = original;
  }
}

/** Stands for anything: can be called, constructed, extended and looked into. */
function anything() {
  return new Proxy(class {}, {
    get: (target, name) => (name in target || typeof name === "symbol" ? target[name] : anything()),
    apply: () => anything(),
  });
}

function editor(settings, startsWell) {
  const log = { started: [], stopped: 0, commands: {}, told: [], disposables: [] };
  const vscode = {
    workspace: {
      getConfiguration: () => ({ get: (name) => settings[name] }),
      createFileSystemWatcher: (glob) => ({ glob }),
      onDidChangeConfiguration: (listener) => ((log.changed = listener), {}),
    },
    window: { showErrorMessage: async (message) => void log.told.push(message) },
    commands: { registerCommand: (name, run) => ((log.commands[name] = run), {}) },
  };
  class LanguageClient {
    constructor(id, name, server, options) {
      log.started.push({ server, options });
    }
    async start() {
      if (!startsWell) throw new Error("spawn ENOENT");
    }
    needsStop() {
      return true;
    }
    async stop() {
      log.stopped += 1;
    }
  }
  const modules = { vscode, "vscode-languageclient/node": { LanguageClient } };
  return { log, extension: load(path.join(here, "src", "extension.js"), modules) };
}

test("it starts `kepi lsp`, and starts it again where that is asked for", async () => {
  const { log, extension } = editor({ path: "/opt/kepi" }, true);
  await extension.activate({ subscriptions: log.disposables });
  assert.deepEqual(log.started[0].server.run, { command: "/opt/kepi", args: ["lsp"] });
  assert.deepEqual(log.started[0].options.documentSelector, [{ language: "kepi", scheme: "file" }]);
  assert.equal(log.disposables.length, 2);
  await log.commands["kepi.restart"]();
  assert.equal(log.started.length, 2);
  assert.equal(log.stopped, 1);
  log.changed({ affectsConfiguration: (name) => name === "editor.tabSize" });
  assert.equal(log.started.length, 2, "a setting of others changes nothing");
  await extension.deactivate();
  assert.equal(log.stopped, 2);
});

test("it says what is missing where `kepi` is not on the path", async () => {
  const { log, extension } = editor({}, false);
  await extension.activate({ subscriptions: [] });
  assert.equal(log.started[0].server.run.command, "kepi");
  assert.match(log.told[0], /`kepi lsp` does not start \(spawn ENOENT\)/);
});

test("the bundle loads, and is whole", () => {
  const out = path.join(here, "dist", "extension.js");
  esbuild.buildSync({
    absWorkingDir: here,
    entryPoints: ["src/extension.js"],
    outfile: out,
    bundle: true,
    platform: "node",
    target: "node20",
    external: ["vscode"],
    logLevel: "error",
  });
  const bundled = load(out, { vscode: anything() });
  assert.equal(typeof bundled.activate, "function");
  assert.equal(typeof bundled.deactivate, "function");
});

test("what package.json names is there", () => {
  const about = JSON.parse(fs.readFileSync(path.join(here, "package.json"), "utf8"));
  const { languages, grammars, snippets } = about.contributes;
  const named = [about.icon, ...languages.map((l) => l.configuration), ...grammars.concat(snippets).map((c) => c.path)];
  for (const file of named) assert.ok(fs.existsSync(path.join(here, file)), file);
  const { scopeName } = JSON.parse(fs.readFileSync(path.join(here, grammars[0].path), "utf8"));
  assert.equal(scopeName, grammars[0].scopeName);
  const all = Object.values(JSON.parse(fs.readFileSync(path.join(here, snippets[0].path), "utf8")));
  assert.ok(all.length > 5 && all.every((snippet) => snippet.prefix && snippet.body));
});
