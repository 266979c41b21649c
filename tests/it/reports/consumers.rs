//! Readers and validators of others: each is run where it is installed (`.ci/run` does
//! that), and a line says so where it is not.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{fixture, rendered};
use kepi::threshold::Outcome;

/// `.ci/run` puts its Python there.
fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/ci/venv/bin/python");
    let python = if own.exists() { own } else { PathBuf::from("python3") };
    let works = Command::new(&python).args(["-c", "import junitparser, jsonschema"]).output();
    works.is_ok_and(|o| o.status.success()).then_some(python)
}

fn outcomes() -> [(&'static str, Outcome); 2] {
    [("of everything", fixture::outcome()), ("of nothing", fixture::empty())]
}

/// What the program says of the text that it is given on its standard input.
fn fed(mut command: Command, text: &str) -> (bool, String) {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it was there a moment ago");
    child.stdin.take().expect("piped").write_all(text.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn script(python: &Path, script: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(python);
    command.args(["-c", script]).args(arguments);
    command
}

#[test]
fn junitparser_reads_junit() {
    let Some(python) = python() else {
        return println!("skipped: no python3 with junitparser and jsonschema");
    };
    let counts = r#"
import sys, junitparser
xml = junitparser.JUnitXml.fromstring(sys.stdin.buffer.read())
xml.update_statistics()
print([s.name for s in xml], xml.tests, xml.failures, xml.skipped, xml.errors)
for suite in xml:
    for case in suite:
        for result in case.result:
            assert result.message and result.type, case.name
"#;
    let (well, said) = fed(script(&python, counts, &[]), &rendered("junit", &fixture::outcome()));
    assert!(well, "{said}");
    // five of the win rate, one of MRR, one of bookings, two of the cycle, three of churn; three promises
    assert_eq!(said.trim(), "['executive', 'regions', 'odd', 'promises'] 15 2 4 0");
    let (well, said) = fed(script(&python, counts, &[]), &rendered("junit", &fixture::empty()));
    assert!(well, "{said}");
}

/// The schema of OASIS, as it is in `tests/it/reports`.
#[test]
fn sarif_is_valid() {
    for (which, outcome) in outcomes() {
        let text = rendered("sarif", &outcome);
        validated(which, &text, "tests/it/reports/sarif-schema-2.1.0.json", "as it is");
    }
}

#[test]
fn our_json_is_valid() {
    for (which, outcome) in outcomes() {
        validated(which, &rendered("json", &outcome), "docs/schema/report-1.json", "closed");
    }
}

pub fn validated(which: &str, text: &str, schema: &str, how: &str) {
    let Some(python) = python() else {
        return println!("skipped: no python3 with junitparser and jsonschema");
    };
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let validate = r#"
import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
def close(node):
    # what we write must be declared, though a reader must let more pass
    if isinstance(node, dict):
        if "properties" in node and sys.argv[2] == "closed": node.setdefault("additionalProperties", False)
        for child in node.values(): close(child)
    elif isinstance(node, list):
        for child in node: close(child)
close(schema)
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
errors = list(validator(schema).iter_errors(json.load(sys.stdin)))
for e in errors: print(e.json_path, e.message[:300])
sys.exit(bool(errors))
"#;
    let command = script(&python, validate, &[schema.to_str().expect("a path of ours"), how]);
    let (well, said) = fed(command, text);
    assert!(well, "{which}:\n{said}");
}

#[test]
fn promtool_accepts_openmetrics() {
    if Command::new("promtool").arg("--version").output().is_err() {
        return println!("skipped: no promtool");
    }
    for (which, outcome) in outcomes() {
        let mut command = Command::new("promtool");
        command.args(["check", "metrics"]);
        let (well, said) = fed(command, &rendered("openmetrics", &outcome));
        assert!(well && said.trim().is_empty(), "{which}:\n{said}");
    }
}
