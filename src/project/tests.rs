//! Mistakes in `kepi.toml` and in the folders that it names.

use std::fs;

use insta::assert_snapshot;
use tempfile::TempDir;

use super::*;
use crate::report::{ProblemFormat, Screen, problems};

/// A project in a folder of its own, with one metric.
fn project(toml: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(FILE), toml).unwrap();
    write(&folder, "metrics/a.kpi", "metric a = 1\n");
    folder
}

fn write(folder: &TempDir, path: &str, text: impl AsRef<[u8]>) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// What is printed about a project that does not load.
fn mistakes(folder: &TempDir) -> String {
    match load(folder.path()) {
        Err(LoadError::Mistakes(sources, list)) => {
            problems(&list.sorted(), &sources, None, ProblemFormat::Text, &Screen::default())
        }
        Err(other) => other.to_string(),
        Ok(loaded) => format!("{:#?}", loaded.project),
    }
}

fn paths(folder: &TempDir) -> Vec<String> {
    load(folder.path()).unwrap().sources.iter().map(|f| f.path.clone()).collect()
}

#[test]
fn everything_that_can_be_said() {
    let folder = project(
        r#"
        [project]
        name = "acme-sales"
        metrics = ["metrics"]
        data = "exports"

        [defaults]
        currency = "EUR"
        timezone = "Europe/Berlin"
        week_starts = "sunday"
        fiscal_year_starts = "february"

        [profiles.prod]
        data = "s3://acme/sales"
        [profiles.prod.sources]
        opportunities = "s3://acme/crm/opportunities/*.parquet"
        [profiles.prod.parameters]
        gross_margin = "75%"
        weight = 1.5
        "#,
    );
    let project = load(folder.path()).unwrap().project;
    assert_eq!((project.name.as_str(), project.data.as_str()), ("acme-sales", "exports"));
    assert_eq!(project.settings.currency.unwrap().code(), "EUR");
    assert_eq!(project.settings.timezone.iana_name(), Some("Europe/Berlin"));
    assert_eq!(project.settings.week_starts, jiff::civil::Weekday::Sunday);
    assert_eq!(project.settings.fiscal_year_starts, 2);
    let prod = project.profile(Some("prod")).unwrap();
    assert_eq!(prod.data.as_deref(), Some("s3://acme/sales"));
    assert_eq!(prod.sources["opportunities"], "s3://acme/crm/opportunities/*.parquet");
    assert_eq!(
        (prod.parameters["gross_margin"].as_str(), prod.parameters["weight"].as_str()),
        ("75%", "1.5")
    );
    assert_eq!(project.profile(None), Ok(Profile::default()));
    assert_snapshot!(project.profile(Some("prd")).unwrap_err(), @"no profile is called `prd`: did you mean `prod`?");
}

#[test]
fn an_empty_file_has_the_defaults() {
    let folder = project("");
    let project = load(folder.path()).unwrap().project;
    assert_eq!((project.metrics, project.data.as_str()), (vec!["metrics".to_string()], "data"));
    assert_eq!(project.settings, Settings::default());
}

#[test]
fn unknown_keys_and_bad_values_are_all_told_at_once() {
    let folder = project(
        r#"[project]
nam = "acme"
metrics = "metrics"
data = 5

[defaults]
currency = "usd"
timezone = "Europe/Belrin"
week_starts = "mondy"
fiscal_year_starts = "second"
colour = "red"

[profile.prod]
data = "x"

[profiles]
test = "data"

[profiles.prod.parameters]
gross_margin = [1]
"#,
    );
    assert_snapshot!(mistakes(&folder), @r#"
    error[unknown-key]: kepi.toml has no key `nam` here
       ╭─[kepi.toml:2:1]
     2 │ nam = "acme"
       · ─┬─
       ·  ╰── unknown key
       ╰────
      help: did you mean `name`?

    error[bad-setting]: `metrics` is a list of folders
       ╭─[kepi.toml:3:11]
     3 │ metrics = "metrics"
       ·           ─────────
       ╰────
      help: for example `metrics = ["metrics"]`

    error[bad-setting]: `data` is a text in quotes, not a number
       ╭─[kepi.toml:4:8]
     4 │ data = 5
       ·        ─
       ╰────

    error[bad-setting]: `usd` is no currency
       ╭─[kepi.toml:7:12]
     7 │ currency = "usd"
       ·            ─────
       ╰────
      help: did you mean `USD`?

    error[bad-setting]: `Europe/Belrin` is no time zone
       ╭─[kepi.toml:8:12]
     8 │ timezone = "Europe/Belrin"
       ·            ───────────────
       ╰────
      help: did you mean `Europe/Berlin`?

    error[bad-setting]: `week_starts` cannot be `mondy`
       ╭─[kepi.toml:9:15]
     9 │ week_starts = "mondy"
       ·               ───────
       ╰────
      help: did you mean `monday`?

    error[bad-setting]: `fiscal_year_starts` cannot be `second`
        ╭─[kepi.toml:10:22]
     10 │ fiscal_year_starts = "second"
        ·                      ────────
        ╰────
      help: it is one of january, february, march, april, may, june, july, august, september, october,
            november, december

    error[unknown-key]: kepi.toml has no key `colour` here
        ╭─[kepi.toml:11:1]
     11 │ colour = "red"
        · ───┬──
        ·    ╰── unknown key
        ╰────
      help: known here are currency, timezone, week_starts, fiscal_year_starts

    error[unknown-key]: kepi.toml has no key `profile` here
        ╭─[kepi.toml:13:2]
     13 │ [profile.prod]
        ·  ───┬───
        ·     ╰── unknown key
        ╰────
      help: did you mean `profiles`?

    error[bad-setting]: `[profiles.test]` is a table, not a text
        ╭─[kepi.toml:17:8]
     17 │ test = "data"
        ·        ──────
        ╰────

    error[bad-setting]: `gross_margin` is a number or a text, not a list
        ╭─[kepi.toml:20:16]
     20 │ gross_margin = [1]
        ·                ───
        ╰────

    11 errors in 1 file
    "#);
}

#[test]
fn what_is_not_toml() {
    assert_snapshot!(mistakes(&project("[project]\nname = acme-sales\n")), @"
    error[bad-toml]: kepi.toml does not read as TOML: string values must be quoted, expected literal string
       ╭─[kepi.toml:2:8]
     2 │ name = acme-sales
       ·        ──────────
       ╰────

    1 error in 1 file
    ");
    assert_snapshot!(mistakes(&project("[project\n")), @"
    error[bad-toml]: kepi.toml does not read as TOML: unclosed table, expected `]`
       ╭─[kepi.toml:1:9]
     1 │ [project
       ·         ▲
       ╰────

    1 error in 1 file
    ");
}

#[test]
fn a_missing_metrics_folder() {
    let folder = project("[project]\nmetrics = [\"metrics\", \"more\", \"kepi.toml\"]\n");
    assert_snapshot!(mistakes(&folder), @"
    error[no-metrics]: the metrics folder `kepi.toml` is a file
      help: create `kepi.toml`, or name another folder under `metrics` in kepi.toml

    error[no-metrics]: the metrics folder `more` does not exist
      help: create `more`, or name another folder under `metrics` in kepi.toml

    2 errors in 1 file
    ");
}

#[test]
fn no_file_at_all() {
    let folder = project("");
    fs::remove_file(folder.path().join("metrics/a.kpi")).unwrap();
    assert_snapshot!(mistakes(&folder), @"
    error[no-metrics]: no `.kpi` file in `metrics`
      help: write the first definitions there, or let `kepi init` make a project that runs

    1 error
    ");
}

#[test]
fn a_file_that_is_not_text() {
    let folder = project("");
    write(&folder, "metrics/b.kpi", b"// caf\xe9\n");
    write(&folder, "metrics/c.kpi", b"// fine\n\n\xff\xfe\n");
    assert_snapshot!(mistakes(&folder), @"
    error[not-utf-8]: metrics/b.kpi is not UTF-8 text: line 1 has the byte 0xe9
      help: save the file with the encoding UTF-8

    error[not-utf-8]: metrics/c.kpi is not UTF-8 text: line 3 has the byte 0xff
      help: save the file with the encoding UTF-8

    2 errors in 1 file
    ");
}

#[test]
fn files_are_sorted_by_path_and_hidden_ones_left_out() {
    let folder = project("[project]\nmetrics = [\"metrics\", \"metrics/b\", \"z\"]\n");
    for path in
        ["metrics/b/x.kpi", "metrics/b.kpi", "metrics/.git/y.kpi", "metrics/.z.kpi", "z/q.kpi", "z/q.txt"]
    {
        write(&folder, path, "");
    }
    assert_eq!(paths(&folder), ["metrics/a.kpi", "metrics/b.kpi", "metrics/b/x.kpi", "z/q.kpi"]);
}

#[cfg(unix)]
#[test]
fn links_in_circles_are_walked_once() {
    let folder = project("");
    std::os::unix::fs::symlink(folder.path().join("metrics"), folder.path().join("metrics/again")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("metrics/a.kpi"), folder.path().join("metrics/b.kpi"))
        .unwrap();
    assert_eq!(paths(&folder), ["metrics/a.kpi"]);
}

#[test]
fn the_nearest_project_upward_is_found() {
    let folder = project("");
    write(&folder, "metrics/deep/x.kpi", "");
    assert_eq!(find(&folder.path().join("metrics/deep")).unwrap(), folder.path());
    assert_eq!(find(&folder.path().join("metrics/deep/x.kpi")).unwrap(), folder.path());
    let outside = TempDir::new().unwrap();
    assert!(matches!(find(outside.path()), Err(LoadError::NotFound(_))));
}

/// The first example of a page raises its message and no other.
#[test]
fn pages_show_what_raises_them() {
    for name in ["bad-toml", "unknown-key", "bad-setting", "no-metrics"] {
        let page = crate::report::page(name).unwrap();
        let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        match load(project(example).path()) {
            Err(LoadError::Mistakes(_, list)) => {
                assert_eq!(list.iter().map(|d| d.name).collect::<Vec<_>>(), [name]);
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn the_file_of_the_documentation_is_read() {
    let page = include_str!("../../docs/project.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let project = load(project(example).path()).unwrap().project;
    assert_eq!(project.profiles["prod"].parameters["gross_margin"], "75%");
}
