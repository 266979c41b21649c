// The colours of the grammar on real definitions, as the editor's own engine makes them.

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { INITIAL, Registry, parseRawGrammar } = require("vscode-textmate");
const oniguruma = require("vscode-oniguruma");

const here = path.join(__dirname, "..");
const root = path.join(here, "..", "..");

async function grammar() {
  const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length));
  const onigLib = {
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  };
  const file = path.join(here, "syntaxes", "kepi.tmLanguage.json");
  const registry = new Registry({
    onigLib: Promise.resolve(onigLib),
    loadGrammar: async () => parseRawGrammar(fs.readFileSync(file, "utf8"), file),
  });
  return registry.loadGrammar("source.kepi");
}

/** Each word of a text with the innermost of its scopes. */
function scopes(grammar, text) {
  const found = [];
  let stack = INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    for (const token of tokens) {
      const word = line.slice(token.startIndex, token.endIndex).trim();
      if (word) found.push([word, token.scopes.at(-1)]);
    }
  }
  return found;
}

const ready = grammar();

async function colours(text) {
  return new Map(scopes(await ready, text));
}

test("a metric", async () => {
  const found = await colours(
    'metric win_rate v2 "Win \\"rate\\"" : percent = proportion(is_won of deals where stage is won) // end\n{\n  owner "me"\n}',
  );
  assert.equal(found.get("metric"), "keyword.declaration.kepi");
  assert.equal(found.get("win_rate"), "entity.name.function.kepi");
  assert.equal(found.get("v2"), "constant.other.version.kepi");
  assert.equal(found.get('\\"'), "constant.character.escape.kepi");
  assert.equal(found.get("percent"), "support.type.kepi");
  assert.equal(found.get("proportion"), "support.function.kepi");
  assert.equal(found.get("where"), "keyword.other.kepi");
  assert.equal(found.get("is"), "keyword.operator.word.kepi");
  assert.equal(found.get("// end"), "comment.line.double-slash.kepi");
  assert.equal(found.get("owner"), "keyword.other.kepi");
});

test("columns may be called as keywords are", async () => {
  const found = await colours("source s {\n  time : date\n  key = trim(x)\n  owner -> reps\n}");
  for (const name of ["time", "key", "owner"]) assert.equal(found.get(name), "variable.other.definition.kepi", name);
});

test("docs, numbers, dates and durations", async () => {
  const found = await colours("/// Docs.\nmetric a = 10_000.5 + 25% + days_between(2026-01-31, as_of) / 30 days");
  assert.equal(found.get("/// Docs."), "comment.block.documentation.kepi");
  assert.equal(found.get("10_000.5"), "constant.numeric.kepi");
  assert.equal(found.get("25%"), "constant.numeric.kepi");
  assert.equal(found.get("2026-01-31"), "constant.numeric.date.kepi");
  assert.equal(found.get("as_of"), "variable.language.kepi");
  assert.equal(found.get("days"), "support.type.unit.kepi");
});

test("every definition of the project has its declarations coloured, and no text that never ends", async () => {
  const colour = await ready;
  const folders = ["metrics", "examples/acme/metrics"];
  let declarations = 0;
  for (const folder of folders) {
    for (const name of fs.readdirSync(path.join(root, folder)).filter((name) => name.endsWith(".kpi"))) {
      const text = fs.readFileSync(path.join(root, folder, name), "utf8");
      const found = scopes(colour, text);
      const wanted = text.match(/^(source|rollup|metric|dimension|parameter|calendar|scorecard|thresholds|test) /gm) ?? [];
      const coloured = found.filter(([, scope]) => scope === "keyword.declaration.kepi");
      assert.equal(coloured.length, wanted.length, `${folder}/${name}`);
      declarations += wanted.length;
      const { tokens } = colour.tokenizeLine("metric after = 1", INITIAL);
      assert.ok(tokens.length > 3);
    }
  }
  assert.ok(declarations > 100, `${declarations} declarations`);
});

test("the first word of each item has a colour", async () => {
  const blocks = {
    "source s {": ["key id", "time t", "valid a to b", "snapshot d", "keep distinct", "where x", "measure m = 1", "expect x"],
    "metric m = 1 {": ["let a = 1", 'owner "x"', "tags a", "tier primary", "roles a", 'also "x"', 'label zh "x"',
      "every month", "by region", "better lower", "show 1 decimal", "status draft", 'deprecated "x"', "target 1",
      "benchmark 2", "warn below 1", "critical above 2", "only when x", "missing ok", 'playbook "x"'],
    "thresholds win_rate {": ["target 1", "critical outside 1 to 2", 'owner "x"'],
    "scorecard s {": ["metrics a", "every month last 3", "by region", "where x", "having a > 1", "from 2026-01 to 2026-02",
      "compare prior year", "roles a", "tags a"],
    'test "t" {': ["as_of 2026-01-31", "set a = 1", "given deals", "expect a"],
  };
  for (const [head, items] of Object.entries(blocks)) {
    const keyword = head.split(" ")[0];
    const found = await colours(`${head}\n  ${items.join("\n  ")}\n}`);
    assert.equal(found.get(keyword), "keyword.declaration.kepi", keyword);
    for (const item of items) {
      const word = item.split(" ")[0];
      assert.match(found.get(word) ?? "", /^keyword\./, `${word} in ${head}`);
    }
  }
  const rule = await colours("metric m = 1 {\n  critical down 20% from prior year of target for 2 periods clear above 1 stddev\n}");
  for (const word of ["down", "from", "prior", "of", "target", "for", "periods", "clear", "above", "stddev"]) {
    assert.match(rule.get(word) ?? "", /^keyword\./, word);
  }
  const consumer = await colours('consumer "deck" {\n  metrics mrr\n  by region\n}');
  assert.equal(consumer.get("consumer"), "keyword.declaration.kepi");
});
