//! SARIF 2.1.0 for code scanning: rules with their help, results at their places, and
//! what could not be judged as notes on the run.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, Message, MultiformatMessageString, Notification,
    PhysicalLocation, Region, ReportingConfiguration, ReportingDescriptor, Result as SarifResult,
    ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use super::findings::{self, Finding, Level, RuleOfFinding};
use super::words;
use crate::threshold::{Outcome, Place};

/// What relative paths are relative to: the root of the repository, wherever it was checked out.
const ROOT: &str = "%SRCROOT%";

pub fn render(outcome: &Outcome) -> String {
    let notes: Vec<Notification> = words::not_judged(outcome).iter().map(|text| note(text)).collect();
    let invocation = Invocation::builder()
        .execution_successful(true)
        .exit_code(i64::from(outcome.exit_code))
        .command_line(outcome.command.clone())
        .tool_execution_notifications(notes)
        .build();
    written(&findings::of_outcome(outcome), Some(invocation))
}

pub fn of_problems(findings: &[Finding]) -> String {
    written(findings, None)
}

fn written(findings: &[Finding], invocation: Option<Invocation>) -> String {
    let rules = rules(findings);
    let results: Vec<SarifResult> = findings.iter().map(|f| result(f, &rules)).collect();
    let rules = rules.into_iter().map(|(rule, level)| descriptor(rule, level)).collect::<Vec<_>>();
    let driver = ToolComponent::builder()
        .name("kepi")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(rules)
        .build();
    let mut run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(results)
        .column_kind(json!("unicodeCodePoints"))
        .build();
    run.invocations = invocation.map(|i| vec![i]);
    let sarif = Sarif::builder()
        .schema("https://json.schemastore.org/sarif-2.1.0.json")
        .version(json!("2.1.0"))
        .runs(vec![run])
        .build();
    let text = serde_json::to_string_pretty(&sarif).expect("made of texts and numbers");
    text + "\n"
}

/// Each once, in the order of the findings.
fn rules(findings: &[Finding]) -> Vec<(&RuleOfFinding, Level)> {
    let mut rules: Vec<(&RuleOfFinding, Level)> = Vec::new();
    for finding in findings {
        if !rules.iter().any(|(rule, _)| rule.id == finding.rule.id) {
            rules.push((&finding.rule, finding.level));
        }
    }
    rules
}

fn descriptor(rule: &RuleOfFinding, level: Level) -> ReportingDescriptor {
    let configuration = ReportingConfiguration::builder().level(json!(level_name(level))).build();
    let mut descriptor = ReportingDescriptor::builder()
        .id(rule.id.clone())
        .name(rule.name.clone())
        .short_description(text_of(&rule.about))
        .default_configuration(configuration)
        .build();
    descriptor.help = rule
        .help
        .as_ref()
        .map(|help| MultiformatMessageString::builder().text(help.clone()).markdown(help.clone()).build());
    descriptor
}

fn text_of(text: &str) -> MultiformatMessageString {
    MultiformatMessageString::builder().text(text).build()
}

fn result(finding: &Finding, rules: &[(&RuleOfFinding, Level)]) -> SarifResult {
    let details: String = finding.details.iter().map(|(name, text)| format!("\n{name}: {text}")).collect();
    let fingerprints = BTreeMap::from([("kepi/v1".to_string(), finding.fingerprint.clone())]);
    let index = rules.iter().position(|(rule, _)| rule.id == finding.rule.id).unwrap_or_default();
    let mut result = SarifResult::builder()
        .rule_id(finding.rule.id.clone())
        .rule_index(index as i64)
        .level(match finding.level {
            Level::Error => ResultLevel::Error,
            Level::Warning => ResultLevel::Warning,
        })
        .message(message(&format!("{}{details}", finding.headline)))
        .partial_fingerprints(fingerprints)
        .build();
    result.locations = finding.place.as_ref().map(|place| vec![location(place)]);
    result
}

fn location(place: &Place) -> Location {
    let artifact = ArtifactLocation::builder().uri(uri(&place.file)).uri_base_id(ROOT).build();
    let region = Region::builder()
        .start_line(place.line as i64)
        .start_column(place.column as i64)
        .end_line(place.end_line as i64)
        .end_column(place.end_column as i64)
        .build();
    let physical = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    Location::builder().physical_location(physical).build()
}

/// A relative path as a URI: what has a meaning there is written as a number.
fn uri(path: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"/-._~".contains(&b);
    path.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn note(text: &str) -> Notification {
    Notification::builder().level(json!("note")).message(message(text)).build()
}

fn message(text: &str) -> Message {
    Message::builder().text(text).build()
}

fn level_name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}
