//! A conversation with `kepi lsp`, as an editor has it: the real program, over its pipes.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

struct Client {
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    folder: TempDir,
    asked: i64,
    /// What was told while an answer was waited for.
    told: Vec<Value>,
}

impl Client {
    /// Started in a folder with these files, and greeted.
    fn new(files: &[(&str, &str)]) -> Client {
        let mut client = Client::not_greeted(files);
        let root = client.uri("");
        let abilities =
            json!({ "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } } });
        let answer = client
            .ask("initialize", json!({ "processId": null, "rootUri": root, "capabilities": abilities }));
        assert_eq!(answer["result"]["serverInfo"]["name"], "kepi");
        client.tell("initialized", json!({}));
        client
    }

    fn not_greeted(files: &[(&str, &str)]) -> Client {
        let folder = TempDir::new().expect("a folder for the test");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("make its folder");
            fs::write(path, text).expect("write the file");
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_kepi"));
        let command = command.arg("lsp").current_dir(folder.path());
        let mut server = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let (input, output) = (server.stdin.take(), server.stdout.take());
        let output = BufReader::new(output.expect("it answers"));
        Client { server, input, output, folder, asked: 0, told: Vec::new() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn uri(&self, path: &str) -> String {
        uri(&self.path(path))
    }

    fn write(&mut self, body: &str) {
        let input = self.input.as_mut().expect("it listens");
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it listens");
        input.flush().expect("it listens");
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.write(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    /// The answer, whole.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.write(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        loop {
            let message = self.read();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.told.push(message);
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("it answers") > 0, "the server has gone");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(bytes) => length = bytes.parse().expect("a length"),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a whole message");
        serde_json::from_slice(&body).expect("it is JSON")
    }

    fn open(&mut self, path: &str, text: &str) {
        let document = json!({ "uri": self.uri(path), "languageId": "kepi", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// The whole text anew.
    fn change(&mut self, path: &str, text: &str) {
        let document = json!({ "uri": self.uri(path), "version": 2 });
        let changes = json!([{ "text": text }]);
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// The next problems that are told of a file, by their names.
    fn problems(&mut self, path: &str) -> Vec<String> {
        let names = |problem: &Value| problem["code"].as_str().unwrap_or_default().to_string();
        self.published(path).iter().map(names).collect()
    }

    fn published(&mut self, path: &str) -> Vec<Value> {
        let uri = self.uri(path);
        let is_it = |m: &Value| m["method"] == "textDocument/publishDiagnostics" && m["params"]["uri"] == uri;
        loop {
            let message = match self.told.iter().position(is_it) {
                Some(at) => self.told.remove(at),
                None => self.read(),
            };
            if is_it(&message) {
                return message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
            }
        }
    }

    /// About a place: line and column from 0.
    fn at(&mut self, method: &str, path: &str, line: u32, character: u32, more: Value) -> Value {
        let mut params = json!({
            "textDocument": { "uri": self.uri(path) },
            "position": { "line": line, "character": character },
        });
        if let (Some(params), Some(more)) = (params.as_object_mut(), more.as_object()) {
            params.extend(more.clone());
        }
        self.ask(method, params)
    }

    fn leave(mut self) -> ExitStatus {
        assert_eq!(self.ask("shutdown", Value::Null)["result"], Value::Null);
        self.tell("exit", Value::Null);
        self.server.wait().expect("it ends")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // a failed test leaves none behind; one that has ended is no news
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn uri(path: &Path) -> String {
    let encoded: String = path.display().to_string().replace('赢', "%E8%B5%A2");
    format!("file://{encoded}")
}

const TOML: (&str, &str) = ("kepi.toml", "[defaults]\ncurrency = \"USD\"\n");
const SOURCES: (&str, &str) = (
    "metrics/sources.kpi",
    "source deals {\n  key  id\n  time closed_on\n\n  id        : text\n  stage     : one of (open, won)\n  amount    : USD\n  closed_on : date?\n}\n",
);
const METRICS: (&str, &str) = (
    "metrics/sales.kpi",
    "metric bookings \"Bookings\" : USD = sum(deals.amount where stage is won)\n\n/// Won of all.\nmetric win_rate = proportion(stage is won of deals) { also \"赢率🚀\" }\n",
);

fn project() -> Client {
    Client::new(&[TOML, SOURCES, METRICS])
}

#[test]
fn a_whole_conversation() {
    let mut client = project();
    client.open(METRICS.0, METRICS.1);
    client.change(METRICS.0, "metric bookings : USD = sum(deals.amont)\n");
    let told = client.published(METRICS.0);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["code"], "unknown-name");
    assert_eq!(told[0]["range"]["start"], json!({ "line": 0, "character": 34 }));
    assert_eq!(told[0]["range"]["end"], json!({ "line": 0, "character": 39 }));

    let range = &told[0]["range"];
    let params = json!({ "textDocument": { "uri": client.uri(METRICS.0) }, "range": range, "context": { "diagnostics": [] } });
    let actions = client.ask("textDocument/codeAction", params);
    let action = &actions["result"][0];
    assert_eq!(action["title"], "write `amount`");
    let uri = client.uri(METRICS.0);
    assert_eq!(action["edit"]["changes"][&uri][0]["newText"], "amount");

    client.change(METRICS.0, METRICS.1);
    assert_eq!(client.problems(METRICS.0), Vec::<String>::new());

    let items = client.at("textDocument/completion", METRICS.0, 0, 67, json!({}));
    let labels: Vec<&str> = items["result"]["items"]
        .as_array()
        .expect("items")
        .iter()
        .filter_map(|i| i["label"].as_str())
        .collect();
    assert_eq!(labels, ["open", "won", "not", "missing", "present"]);

    let hover = client.at("textDocument/hover", METRICS.0, 3, 8, json!({}));
    let text = hover["result"]["contents"]["value"].as_str().expect("markdown");
    assert!(text.contains("Won of all.") && text.contains("unit `ratio`"), "{text}");

    let place = client.at("textDocument/definition", METRICS.0, 0, 48, json!({}));
    assert_eq!(place["result"]["uri"], client.uri(SOURCES.0));
    assert_eq!(place["result"]["range"]["start"], json!({ "line": 6, "character": 2 }));
    let places = client.at(
        "textDocument/references",
        SOURCES.0,
        5,
        3,
        json!({ "context": { "includeDeclaration": true } }),
    );
    assert_eq!(places["result"].as_array().map(Vec::len), Some(3), "{places}");

    let prepared = client.at("textDocument/prepareRename", METRICS.0, 0, 50, json!({}));
    assert_eq!(prepared["result"]["placeholder"], "amount");
    let renamed = client.at("textDocument/rename", METRICS.0, 0, 50, json!({ "newName": "value" }));
    let changes = &renamed["result"]["changes"];
    assert_eq!(changes[client.uri(METRICS.0)][0]["newText"], "value");
    assert_eq!(changes[client.uri(SOURCES.0)][1]["newText"], " from \"amount\"");
    let refused = client.at("textDocument/rename", METRICS.0, 0, 50, json!({ "newName": "where" }));
    assert_eq!(refused["error"]["message"], "`where` is a word of the language and cannot be a name");

    assert!(client.leave().success());
}

#[test]
fn what_is_shown_beside_the_text() {
    let mut client = project();
    client.open(METRICS.0, METRICS.1);
    let document = json!({ "textDocument": { "uri": client.uri(METRICS.0) } });

    let symbols = client.ask("textDocument/documentSymbol", document.clone());
    assert_eq!(symbols["result"][1]["name"], "win_rate");
    let found = client.ask("workspace/symbol", json!({ "query": "赢率" }));
    assert_eq!(found["result"][0]["name"], "win_rate");

    let everything = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let params = json!({ "textDocument": { "uri": client.uri(METRICS.0) }, "range": everything });
    let hints = client.ask("textDocument/inlayHint", params);
    assert_eq!(hints["result"][0]["label"], ": ratio");
    assert_eq!(hints["result"][0]["position"], json!({ "line": 3, "character": 15 }));

    // `also`, then a text of six units: the quotes, two letters, and a pair for the rocket
    let tokens = client.ask("textDocument/semanticTokens/full", document.clone());
    let data: Vec<u64> =
        tokens["result"]["data"].as_array().expect("data").iter().filter_map(Value::as_u64).collect();
    assert_eq!(&data[data.len() - 5..], [0, 5, 6, 2, 0]);

    let folds =
        client.ask("textDocument/foldingRange", json!({ "textDocument": { "uri": client.uri(SOURCES.0) } }));
    assert_eq!(folds["result"][0]["startLine"], 0);
    assert_eq!(folds["result"][0]["endLine"], 7);

    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let params = json!({ "textDocument": { "uri": client.uri(METRICS.0) }, "options": options });
    client.change(METRICS.0, "metric  a=1\nmetric b = 2\n");
    let edits = client.ask("textDocument/formatting", params);
    assert_eq!(edits["result"].as_array().map(Vec::len), Some(1), "{edits}");
    assert_eq!(edits["result"][0]["newText"], "metric a = 1\n");
    assert!(client.leave().success());
}

#[test]
fn a_new_version_is_offered_where_a_metric_is_named() {
    let mut client = project();
    client.open(METRICS.0, METRICS.1);
    let uri = client.uri(METRICS.0);
    let actions = |client: &mut Client, line: u32, character: u32| {
        let at = json!({ "line": line, "character": character });
        let range = json!({ "start": at, "end": at });
        let params =
            json!({ "textDocument": { "uri": uri }, "range": range, "context": { "diagnostics": [] } });
        client.ask("textDocument/codeAction", params)["result"].clone()
    };
    let offered = actions(&mut client, 0, 9);
    assert_eq!(offered[0]["title"], "bump version: `bookings` v2 beside v1", "{offered}");
    assert_eq!(offered[0]["kind"], "refactor.rewrite");
    let uri = client.uri(METRICS.0);
    let edits = offered[0]["edit"]["changes"][&uri].as_array().expect("edits").clone();
    let text = applied(METRICS.1, &edits);
    assert!(text.contains("metric bookings v2 \"Bookings\""), "{text}");
    assert!(text.contains("metric bookings v1 \"Bookings\""), "{text}");
    assert!(text.contains("deprecated \"use v2\" until "), "{text}");

    // nothing behind the name, nothing of what is on its way out, nothing in a broken project
    assert_eq!(actions(&mut client, 0, 40), json!([]));
    client.change(METRICS.0, &text);
    let old = text.lines().position(|line| line.starts_with("metric bookings v1")).expect("v1 is there");
    assert_eq!(actions(&mut client, old as u32, 9), json!([]));
    client.change(METRICS.0, &format!("{text}metric x = y\n"));
    assert_eq!(client.problems(METRICS.0), ["unknown-name"], "both versions are sound");
    assert_eq!(actions(&mut client, 0, 9), json!([]));
    assert!(client.leave().success());
}

/// The text with edits of whole lines.
fn applied(text: &str, edits: &[Value]) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for edit in edits.iter().rev() {
        let line = |end: &str| edit["range"][end]["line"].as_u64().expect("a line") as usize;
        assert_eq!(edit["range"]["start"]["character"], 0);
        let new = edit["newText"].as_str().expect("a text").to_owned();
        lines.splice(line("start")..line("end"), [new]);
    }
    lines.concat()
}

#[test]
fn hover_shows_the_last_value_only_of_the_definition_as_it_is() {
    let client_with = |fingerprint: &str| {
        let last = format!(
            r#"{{"win_rate.v1": {{"value": "47.1%", "period": "2026-06", "partial": false, "as_of": "2026-07-03", "computed_on": "2026-07-04", "flags": " --profile prod", "fingerprint": "{fingerprint}"}}}}"#
        );
        let mut client = Client::new(&[TOML, SOURCES, METRICS, (".kepi/last-run.json", &last)]);
        client.open(METRICS.0, METRICS.1);
        let hover = client.at("textDocument/hover", METRICS.0, 3, 8, json!({}));
        assert!(client.leave().success());
        hover["result"]["contents"]["value"].as_str().expect("markdown").to_owned()
    };
    let fingerprint = {
        let mut sources = kepi::text::Sources::default();
        sources.add(SOURCES.0, SOURCES.1);
        sources.add(METRICS.0, METRICS.1);
        let currency = kepi::units::Currency::from_code("USD");
        let settings = kepi::model::Settings { currency, ..kepi::model::Settings::default() };
        let (model, _) = kepi::compile(&sources, &settings);
        let id = model.find_metric("win_rate").expect("it is there");
        kepi::fingerprint::meaning(&model, id).to_string()
    };
    let text = client_with(&fingerprint);
    let wanted =
        "last value: **47.1%** in 2026-06, as of 2026-07-03 (`kepi run --profile prod` on 2026-07-04)";
    assert!(text.contains(wanted), "{text}");
    let text = client_with("00");
    assert!(!text.contains("47.1%") && text.contains("has changed since `kepi run` on 2026-07-04"), "{text}");
    // a file of another kind is as good as none
    let mut client = Client::new(&[TOML, SOURCES, METRICS, (".kepi/last-run.json", "[1, 2")]);
    let hover = client.at("textDocument/hover", METRICS.0, 3, 8, json!({}));
    assert!(!hover["result"]["contents"]["value"].as_str().expect("markdown").contains("last value"));
    assert!(client.leave().success());
}

/// Two of three deals are won in January, one of one in February, which is not over.
#[cfg(feature = "engine")]
#[test]
fn a_run_keeps_the_newest_whole_value_where_there_is_a_folder_for_it() {
    let data = "id,stage,amount,closed_on\na,won,1,2026-01-05\nb,won,1,2026-01-06\nc,open,1,2026-01-31\nd,won,1,2026-02-10\n";
    let mut client = Client::new(&[TOML, SOURCES, METRICS, ("data/deals.csv", data)]);
    let run = |client: &Client, arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kepi"));
        let output = command.args(["run", "win_rate", "--every", "month"]).args(arguments);
        let output = output.current_dir(client.folder.path()).output().expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    client.open(METRICS.0, METRICS.1);
    let hovered = |client: &mut Client| {
        let hover = client.at("textDocument/hover", METRICS.0, 3, 8, json!({}));
        hover["result"]["contents"]["value"].as_str().expect("markdown").to_owned()
    };
    run(&client, &[]);
    assert!(!client.path(".kepi").exists(), "nobody asked for it");
    assert!(!hovered(&mut client).contains("last value"));
    fs::create_dir(client.path(".kepi")).expect("make the folder");
    run(&client, &["--having", "win_rate > 99%"]);
    assert!(!hovered(&mut client).contains("last value"), "a part is not the whole");
    run(&client, &[]);
    let text = hovered(&mut client);
    assert!(text.contains("last value: **0.6667** in 2026-01, as of 2026-02-10"), "{text}");
    assert!(client.leave().success());
}

#[test]
fn what_a_test_asks_and_cannot_be_asked_is_told_as_it_is_typed() {
    let mut client = project();
    let test = "test \"t\" {\n  given deals\n    | id | stage | amount |\n    | a  | won   |      1 |\n\n  expect bookings every month by region\n    | month   | region | bookings |\n    | 2026-01 | EMEA   |       $1 |\n}\n";
    let accounts = "source accounts {\n  key id\n\n  id     : text\n  region : text\n}\n\ndimension region = accounts.region\n";
    client.open("metrics/accounts.kpi", accounts);
    client.open("metrics/tests.kpi", test);
    let told = client.published("metrics/tests.kpi");
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["code"], "no-path", "{told:?}");
    assert_eq!(told[0]["range"]["start"]["line"], 5);
    assert!(client.leave().success());
}

#[test]
fn changes_count_in_utf_16() {
    let mut client = project();
    client.open(METRICS.0, "metric a \"赢率🚀\" = 1 + deals.amount\n");
    assert_eq!(client.problems(METRICS.0), ["out-of-place"]);
    // behind the label: 9 units before it, 6 of it, ` = ` and `1 + `
    let range = json!({ "start": { "line": 0, "character": 18 }, "end": { "line": 0, "character": 34 } });
    let document = json!({ "uri": client.uri(METRICS.0), "version": 3 });
    let change = json!([{ "range": range, "text": "count(deals)" }]);
    client.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": change }));
    assert_eq!(client.problems(METRICS.0), Vec::<String>::new());
    let place = client.at("textDocument/definition", METRICS.0, 0, 25, json!({}));
    assert_eq!(place["result"]["uri"], client.uri(SOURCES.0));
    assert!(client.leave().success());
}

#[test]
fn what_is_no_message_ends_nothing() {
    let mut client = project();
    client.write("this is no JSON");
    client.write("{\"jsonrpc\": \"2.0\"}");
    client.write("[1, 2, 3]");
    client.tell("textDocument/didOpen", json!({ "textDocument": 7 }));
    client.tell("textDocument/didChange", Value::Null);
    client.tell("nobody/knows", json!({}));
    let answer = client.ask("textDocument/hover", json!({ "where": "here" }));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let answer = client.ask("nobody/knows", json!({}));
    assert_eq!(answer["error"]["code"], -32601, "{answer}");
    let answer = client.at("textDocument/hover", "metrics/nowhere.kpi", 4, 4, json!({}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let answer = client.at("textDocument/hover", SOURCES.0, 4_000_000, 4_000_000, json!({}));
    assert_eq!(answer["result"], Value::Null, "{answer}");
    let answer = client.at("textDocument/completion", SOURCES.0, 6, 3, json!({}));
    assert!(answer["result"]["items"].is_array(), "{answer}");
    assert!(client.leave().success());
}

#[test]
fn nothing_is_answered_before_the_greeting() {
    let mut client = Client::not_greeted(&[TOML]);
    let answer = client.ask("textDocument/hover", json!({}));
    assert_eq!(answer["error"]["code"], -32002);
    client.tell("exit", Value::Null);
    assert!(!client.server.wait().expect("it ends").success(), "it was not said good-bye to");
}

#[test]
fn problems_of_files_that_nobody_has_open() {
    let mut client = Client::new(&[TOML, SOURCES, ("metrics/a.kpi", "metric a = b\n")]);
    assert_eq!(client.problems("metrics/a.kpi"), ["unknown-name"]);
    client.open("metrics/b.kpi", "metric b = count(deals)\n");
    assert_eq!(
        client.problems("metrics/a.kpi"),
        Vec::<String>::new(),
        "a new document counts before it is saved"
    );
    let document = json!({ "uri": client.uri("metrics/b.kpi") });
    client.tell("textDocument/didClose", json!({ "textDocument": document }));
    assert_eq!(client.problems("metrics/a.kpi"), ["unknown-name"], "and no more when it is closed unsaved");
    fs::write(client.path("metrics/a.kpi"), "metric a = count(deals)\n").expect("write the file");
    let changes = json!({ "changes": [{ "uri": client.uri("metrics/a.kpi"), "type": 2 }] });
    client.tell("workspace/didChangeWatchedFiles", changes);
    assert_eq!(client.problems("metrics/a.kpi"), Vec::<String>::new());
    assert!(client.leave().success());
}

#[test]
fn several_projects_and_files_in_none() {
    let mut client = Client::new(&[
        ("one/kepi.toml", "[defaults]\ncurrency = \"USD\"\n"),
        ("one/metrics/a.kpi", "source deals { amount : money }\nmetric a = sum(deals.amount)\n"),
        ("two/kepi.toml", ""),
        ("two/metrics/a.kpi", "source deals { amount : money }\n"),
    ]);
    client
        .open("one/metrics/a.kpi", "source deals { amount : money }\nmetric a = sum(deals.amount) + 1 day\n");
    assert_eq!(client.problems("one/metrics/a.kpi"), ["unit-mismatch"]);
    client.open("two/metrics/a.kpi", "source deals { amount : money }\n");
    assert_eq!(client.problems("two/metrics/a.kpi"), ["no-currency"]);
    client.open("alone.kpi", "metric a = nothing\n");
    assert_eq!(client.problems("alone.kpi"), ["unknown-name"]);
    let hover = client.at("textDocument/hover", "alone.kpi", 0, 7, json!({}));
    assert!(
        hover["result"]["contents"]["value"].as_str().is_some_and(|text| text.contains("metric a = nothing"))
    );
    assert!(client.leave().success());
}

#[test]
fn a_mistake_in_kepi_toml_is_shown_there() {
    let mut client = Client::new(&[("kepi.toml", "[defaults]\ncurency = \"USD\"\n"), SOURCES]);
    let told = client.published("kepi.toml");
    assert_eq!(told[0]["code"], "unknown-key");
    assert_eq!(told[0]["range"]["start"], json!({ "line": 1, "character": 0 }));
    fs::write(client.path("kepi.toml"), TOML.1).expect("write the file");
    let changes = json!({ "changes": [{ "uri": client.uri("kepi.toml"), "type": 2 }] });
    client.tell("workspace/didChangeWatchedFiles", changes);
    assert_eq!(client.problems("kepi.toml"), Vec::<String>::new());
    assert!(client.leave().success());
}
