//! Messages about definitions as a pipeline reads them.

use insta::assert_snapshot;
use kepi::model::Settings;
use kepi::report::{PipelineFormat, problems_for_pipeline};
use kepi::text::Sources;

use super::consumers::validated;

/// Two files with mistakes, one of them twice the same; one warns; one is without any.
fn rendered(format: PipelineFormat) -> String {
    let mut sources = Sources::default();
    sources.add("metrics/a, b%.kpi", "source s { key id id : text }\nmetric a = ::error\nmetric b = nope\n");
    sources.add("metrics/c.kpi", "metric c = nope\nmetric d = nope\n");
    sources.add("metrics/well.kpi", "metric one = count(s)\n");
    let (_, problems) = kepi::compile(&sources, &Settings::default());
    problems_for_pipeline(&problems.sorted(), &sources, None, "examples/acme/", format)
}

#[test]
fn forms() {
    assert_snapshot!("problems_github", rendered(PipelineFormat::Github));
    assert_snapshot!("problems_gitlab", rendered(PipelineFormat::Gitlab));
    assert_snapshot!("problems_junit", rendered(PipelineFormat::Junit));
    let sarif = rendered(PipelineFormat::Sarif);
    validated("messages", &sarif, "tests/it/reports/sarif-schema-2.1.0.json", "as it is");
    // the pages are not ours to record
    let mut sarif: serde_json::Value = serde_json::from_str(&sarif).expect("JSON");
    for rule in sarif["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("a list") {
        let help = rule["help"]["markdown"].take();
        assert!(help.as_str().is_some_and(|page| page.starts_with("# ")), "{rule}");
        rule.as_object_mut().expect("an object").remove("help");
    }
    assert_snapshot!("problems_sarif", format!("{sarif:#}"));
}

#[test]
fn the_same_mistake_twice_is_two() {
    let issues: serde_json::Value = serde_json::from_str(&rendered(PipelineFormat::Gitlab)).expect("JSON");
    let prints: std::collections::BTreeSet<&str> =
        issues.as_array().expect("a list").iter().filter_map(|i| i["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), issues.as_array().map_or(0, Vec::len));
}
