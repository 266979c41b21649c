//! The program as it is used: arguments in; exit code, standard output and standard
//! error out. Few of these: what is printed is tested where it is made.

use std::fs;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use tempfile::TempDir;

/// What a run of the program shows; the folder's own name, which is made up, as `DIR`.
fn kepi(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kepi"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .output()
        .expect("the program starts");
    let code = output.status.code().map_or("none".to_string(), |c| c.to_string());
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let real = folder.canonicalize().expect("the folder is there");
    let text = format!("exit code: {code}\n--- standard output\n{out}--- standard error\n{err}");
    text.replace(&real.display().to_string(), "DIR")
}

fn project(metrics: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder for the test");
    write(folder.path(), "kepi.toml", "[defaults]\ncurrency = \"USD\"\n");
    write(folder.path(), "metrics/sales.kpi", metrics);
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("make its folder");
    fs::write(path, text).expect("write the file");
}

fn empty() -> TempDir {
    TempDir::new().expect("a folder for the test")
}

#[test]
fn without_a_project() {
    assert_snapshot!(kepi(empty().path(), &["check"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: no project: neither DIR nor a folder above it has a kepi.toml
      help: `kepi init DIR` makes a project that runs at once; `--project DIR` names one elsewhere
    ");
}

#[test]
fn a_named_folder_that_is_no_project() {
    let folder = empty();
    assert_snapshot!(kepi(folder.path(), &["check", "--project", "."]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: no project: . has no kepi.toml
      help: `kepi init DIR` makes a project that runs at once; `--project DIR` names one elsewhere
    ");
    assert_snapshot!(kepi(folder.path(), &["list", "--project", "nowhere"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: there is no folder nowhere
      help: `kepi init DIR` makes a project that runs at once; `--project DIR` names one elsewhere
    ");
}

#[test]
fn list_finds_by_any_name() {
    let folder = project(
        "source deals { key id id : text }\n\
         /// How many there are.\n\
         metric deal_count \"Deals\" : count = count(deals) { also \"volume\" }\n\
         metric other = 2 * deal_count\n\
         parameter volume_goal = 3\n",
    );
    assert_snapshot!(kepi(folder.path(), &["list", "VOLUME"]), @"
    exit code: 0
    --- standard output
    metric      label  unit   about
    ─────────────────────────────────────────────
    deal_count  Deals  count  How many there are.

    parameter    label  about
    ─────────────────────────
    volume_goal
    --- standard error
    ");
    assert_snapshot!(kepi(folder.path(), &["list", "nothing"]), @"
    exit code: 0
    --- standard output
    nothing has `nothing` in its name
    --- standard error
    ");
}

#[test]
fn a_misspelt_command() {
    assert_snapshot!(kepi(empty().path(), &["chek"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: unrecognized subcommand 'chek'

      tip: a similar subcommand exists: 'check'

    Usage: kepi [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
}

#[test]
fn a_misspelt_flag() {
    assert_snapshot!(kepi(empty().path(), &["check", "--formt", "json"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: unexpected argument '--formt' found

      tip: a similar argument exists: '--format'

    Usage: kepi check --format <FORMAT> [PATHS]...

    For more information, try '--help'.
    ");
}

#[test]
fn the_version() {
    assert!(kepi(empty().path(), &["--version"]).starts_with("exit code: 0\n--- standard output\nkepi "));
}

#[test]
fn a_mistake_in_kepi_toml() {
    let folder = project("");
    write(folder.path(), "kepi.toml", "[defaults]\ncurency = \"USD\"\n");
    assert_snapshot!(kepi(folder.path(), &["check"]), @r#"
    exit code: 1
    --- standard output
    error[unknown-key]: kepi.toml has no key `curency` here
       ╭─[kepi.toml:2:1]
     2 │ curency = "USD"
       · ───┬───
       ·    ╰── unknown key
       ╰────
      help: did you mean `currency`?

    1 error in 1 file
    --- standard error
    "#);
    assert_snapshot!(kepi(folder.path(), &["list"]), @r#"
    exit code: 1
    --- standard output
    --- standard error
    error[unknown-key]: kepi.toml has no key `curency` here
       ╭─[kepi.toml:2:1]
     2 │ curency = "USD"
       · ───┬───
       ·    ╰── unknown key
       ╰────
      help: did you mean `currency`?

    1 error in 1 file
    "#);
}

#[test]
fn explain_an_unknown_name() {
    assert_snapshot!(kepi(empty().path(), &["explain", "unknown-kye"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: no message is called `unknown-kye`
      help: did you mean `unknown-key`?
    ");
}

#[test]
fn explain_shows_the_page() {
    let page = kepi(empty().path(), &["explain", "unknown-key"]);
    assert!(page.starts_with("exit code: 0\n--- standard output\nunknown-key\n"), "{page}");
}

#[test]
fn init_writes_a_project_once() {
    let folder = empty();
    let shown = kepi(folder.path(), &["init", "sales"]);
    assert!(
        shown.starts_with("exit code: 0\n") && shown.contains("\n    cd sales\n    kepi run "),
        "{shown}"
    );
    assert!(kepi(folder.path(), &["check", "sales"]).contains("no problems in "));
    let attributes = |folder: &str, name: &TempDir| {
        fs::read_to_string(name.path().join(folder).join(".gitattributes")).expect("it was written")
    };
    assert!(attributes("sales", &folder).lines().any(|line| line == "kepi.lock merge=union"));
    assert!(!kepi(&folder.path().join("sales"), &["lock"]).contains("for git to merge"));
    // one that is there keeps its lines
    let other = empty();
    write(other.path(), ".gitattributes", "*.png binary");
    assert!(kepi(other.path(), &["init"]).starts_with("exit code: 0"));
    let text = attributes("", &other);
    assert!(text.starts_with("*.png binary\n") && text.ends_with("\nkepi.lock merge=union\n"), "{text}");
    assert_snapshot!(kepi(folder.path(), &["init", "sales"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: sales/kepi.toml is there already, and nothing was written
      help: name a folder that is not there yet: `kepi init DIR`
    ");
}

/// `kepi explain | head -1`
#[cfg(unix)]
#[test]
fn init_ci_writes_a_pipeline_once() {
    let folder = project("");
    let scorecard = "source s { key id id : text }\nmetric m = count(s)\nscorecard board { metrics m }\n";
    write(folder.path(), "metrics/sales.kpi", scorecard);
    let written = |path: &str| fs::read_to_string(folder.path().join(path)).expect("it was written");
    assert_snapshot!(kepi(folder.path(), &["init-ci", "github", "--install", "make kepi"]), @r"
    exit code: 0
    --- standard output
    wrote DIR/.github/workflows/metrics.yml
    --- standard error
    ");
    let workflow = written(".github/workflows/metrics.yml");
    for line in [
        "- run: |\n          make kepi\n",
        "- run: kepi run board -o text",
        "kepi diff 'HEAD^1' \"${data[@]}\" --format markdown",
    ] {
        assert!(workflow.contains(line), "{line} is not in\n{workflow}");
    }
    // what others wrote is not a part of a script
    let scripts =
        workflow.lines().filter(|line| line.trim_start().starts_with("run:") || line.contains("kepi "));
    assert!(
        scripts.clone().count() > 5 && scripts.into_iter().all(|line| !line.contains("${{")),
        "{workflow}"
    );
    assert_snapshot!(kepi(folder.path(), &["init-ci", "github"]), @r"
    exit code: 2
    --- standard output
    --- standard error
    error: DIR/.github/workflows/metrics.yml is there already, and nothing was written
      help: `--print` shows what would be in it
    ");
    assert!(kepi(folder.path(), &["init-ci", "gitlab"]).starts_with("exit code: 0"));
    assert!(written(".gitlab-ci.yml").contains("- |\n      command -v kepi || {"));
    assert!(kepi(folder.path(), &["init-ci", "pre-commit", "--print"]).contains("id: kepi-check"));
    assert!(!folder.path().join(".pre-commit-config.yaml").exists());
}

/// A project in a folder of a repository: forges and pre-commit look at its root.
#[test]
fn init_ci_in_a_folder_of_a_repository() {
    let repository = tempfile::tempdir().expect("a folder");
    fs::create_dir(repository.path().join(".git")).expect("it can be made");
    let sales = repository.path().join("teams/sales ops");
    write(&sales, "kepi.toml", "");
    write(&sales, "metrics/sales.kpi", "parameter goal : USD = 1_000\n");
    let run = |pipeline: &str| kepi(&sales, &["init-ci", pipeline, "--install", "make kepi"]);
    let written = |path: &str| fs::read_to_string(repository.path().join(path)).expect("it is at the root");
    assert!(run("github").starts_with("exit code: 0"));
    let workflow = written(".github/workflows/metrics-teams-sales ops.yml");
    for line in [
        "name: 'metrics (teams/sales ops)'\n",
        "    paths: ['teams/sales ops/**/*', '.github/workflows/metrics-teams-sales ops.yml']\n",
        "    working-directory: 'teams/sales ops'\n",
        "            teams/sales ops/kepi.xml\n",
        "MARK: '<!-- kepi diff of teams/sales ops -->'\n",
    ] {
        assert!(workflow.contains(line), "{line} is not in\n{workflow}");
    }
    assert!(!workflow.contains("{{") || !workflow.replace("${{", "").contains("{{"), "{workflow}");
    assert!(run("gitlab").starts_with("exit code: 0"));
    let jobs = written(".gitlab-ci.yml");
    for line in
        ["    - cd 'teams/sales ops'\n", "changes: ['teams/sales ops/**/*']\n", "'teams/sales ops/kepi.xml'"]
    {
        assert!(jobs.contains(line), "{line} is not in\n{jobs}");
    }
    assert!(run("pre-commit").starts_with("exit code: 0"));
    let hooks = written(".pre-commit-config.yaml");
    for line in [
        "entry: kepi check --project 'teams/sales ops'\n",
        r"files: '^teams/sales\ ops/(.*\.kpi|kepi\.toml|kepi\.lock)$'",
    ] {
        assert!(hooks.contains(line), "{line} is not in\n{hooks}");
    }
}

#[test]
fn a_closed_pipe_is_quiet() {
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_kepi"))
        .arg("explain")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn check_tells_all_mistakes_and_ends_with_one() {
    let folder = project("metric a = = 1\n\nmetric b = sum(\n");
    write(folder.path(), "metrics/more.kpi", "source deals {\n  id ; text\n}\n");
    assert_snapshot!(kepi(folder.path(), &["check"]), @"
    exit code: 1
    --- standard output
    error[syntax]: expected `:`, `=` or `->`, found `;`
       ╭─[metrics/more.kpi:2:6]
     2 │   id ; text
       ·      ─
       ╰────
      help: a stored column is written `name : type`

    error[syntax]: expected an expression, found `=`
       ╭─[metrics/sales.kpi:1:12]
     1 │ metric a = = 1
       ·            ─
       ╰────

    error[unclosed]: this `(` is never closed
       ╭─[metrics/sales.kpi:3:15]
     3 │ metric b = sum(
       ·               ┬
       ·               ╰── no `)` closes it
       ╰────
      help: every `(` needs its `)`

    3 errors in 2 files
    --- standard error
    ");
    let only = kepi(folder.path(), &["check", "metrics/more.kpi"]);
    assert!(only.contains("more.kpi") && !only.contains("sales.kpi"), "{only}");
    assert_snapshot!(kepi(folder.path(), &["check", "metrics/none.kpi"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: cannot read metrics/none.kpi: No such file or directory (os error 2)
    ");
}

#[test]
fn check_as_json_is_one_object() {
    let folder = project("metric a = = 1\n");
    let output = Command::new(env!("CARGO_BIN_EXE_kepi"))
        .args(["check", "--format", "json", "--project"])
        .arg(folder.path())
        .output()
        .expect("the program starts");
    let object: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    assert_eq!((output.status.code(), &object["errors"]), (Some(1), &1.into()));
}

#[test]
fn a_project_with_errors_does_not_run() {
    let folder = project("metric a = = 1\n");
    let shown = kepi(folder.path(), &["list"]);
    assert!(shown.starts_with("exit code: 1\n--- standard output\n--- standard error\nerror["), "{shown}");
}

/// Runs over data; what they compute is tested elsewhere, from other sources.
#[cfg(feature = "engine")]
mod run {
    use super::*;

    const DEFINITIONS: &str = "\
source deals {
  key  id
  time closed_on
  id        : text
  region    : text?
  closed_on : date
  amount    : USD
  weight    : number?
}
parameter factor : ratio = 1
dimension region \"Region\" = deals.region
metric bookings \"Bookings\" : USD = sum(deals.amount)
metric weighted \"Weighted\" = average(deals.weight) * factor
";

    const DEALS: &str = "\
id,region,closed_on,amount,weight
a,EMEA,2026-01-05,1000.50,0.25
b,EMEA,2026-01-20,234.00,0.75
c,,2026-02-03,99.99,
";

    fn deals() -> TempDir {
        let folder = project(DEFINITIONS);
        write(folder.path(), "data/deals.csv", DEALS);
        folder
    }

    #[test]
    fn a_table_by_month() {
        let folder = deals();
        assert_snapshot!(kepi(folder.path(), &["run", "--every", "month"]), @"
        exit code: 0
        --- standard output
        Month      Bookings  Weighted
        ─────────────────────────────
        2026-01   $1,234.50       0.5
        2026-02*     $99.99         –

        * partial: data up to 2026-02-03
        --- standard error
        ");
    }

    #[test]
    fn without_periods_there_is_no_earlier_one() {
        let folder = deals();
        write(folder.path(), "metrics/more.kpi", "metric growing = growth(bookings, 1 month)\n");
        assert_snapshot!(kepi(folder.path(), &["run", "growing"]), @"
        exit code: 0
        --- standard output
        Growing
        ───────
              –
        --- standard error
        `growing` looks at an earlier period: ask it --every month, or another grain
        ");
    }

    #[test]
    fn a_member_that_there_is_not_is_said() {
        let folder = deals();
        let run =
            |filter: &str| kepi(folder.path(), &["run", "bookings", "--every", "month", "--where", filter]);
        assert_snapshot!(run("region is \"EMAE\""), @r#"
        exit code: 0
        --- standard output
        Month     Bookings
        ──────────────────
        2026-01      $0.00
        2026-02*     $0.00

        * partial: data up to 2026-02-03
        --- standard error
        nothing that is counted has the region "EMAE": did you mean "EMEA"?
        "#);
        assert_snapshot!(run("region in (\"EMEA\", \"APAC\") and region is not \"EMEA\""), @r#"
        exit code: 0
        --- standard output
        Month     Bookings
        ──────────────────
        2026-01      $0.00
        2026-02*     $0.00

        * partial: data up to 2026-02-03
        --- standard error
        nothing that is counted has the region "APAC"
        "#);
        assert!(run("region is \"EMEA\"").ends_with("--- standard error\n"));
        // what is there, and not counted
        write(folder.path(), "metrics/more.kpi", "metric n = count(deals where amount > 9_999)\n");
        let none = kepi(folder.path(), &["run", "n", "--where", "region is \"EMEA\""]);
        assert_snapshot!(none, @r#"
        exit code: 0
        --- standard output
        N
        ─
        0
        --- standard error
        nothing that is counted has the region "EMEA"
        "#);
    }

    #[test]
    fn what_begins_nowhere_is_said() {
        let folder = deals();
        write(
            folder.path(),
            "metrics/more.kpi",
            "metric known = count(deals ever where closed_on in period)\n",
        );
        assert_snapshot!(kepi(folder.path(), &["run", "known", "--every", "month"]), @"
        exit code: 0
        --- standard output
        Month     Known
        ───────────────
        2026-02*      1

        * partial: data up to 2026-02-03
        --- standard error
        `known` counts rows whatever their date, so that nothing says which month is the first: say --from
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "known", "--every", "month", "--from", "2026-01"]), @"
        exit code: 0
        --- standard output
        Month     Known
        ───────────────
        2026-01       2
        2026-02*      1

        * partial: data up to 2026-02-03
        --- standard error
        ");
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let folder = deals();
        let more = "dimension month = start_of(month, deals.closed_on)\nmetric quarter = count(deals)\n";
        write(folder.path(), "metrics/more.kpi", more);
        assert_snapshot!(kepi(folder.path(), &["run", "bookings", "weighted", "--every", "month", "--by", "month"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error[duplicate-name]: the period and the dimension would both be the column `month`
          help: leave out the dimension: the period says it; or call it otherwise, `by_month`
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "quarter", "--every", "quarter"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error[duplicate-name]: the period and the metric would both be the column `quarter`
          help: ask it at another grain, or call it otherwise
        ");
        assert!(
            kepi(folder.path(), &["run", "quarter", "--every", "year", "--by", "month"])
                .starts_with("exit code: 0")
        );
    }

    #[test]
    fn one_earlier_day_or_week_that_stands_for_several_is_said() {
        let folder = project(
            "source sales {\n  time on\n  on : date\n  n : int\n}\nmetric earlier = prior(sum(sales.n), 1 month)\n\
             calendar retail { weeks 4-4-5, year starts first sunday of february }\n\
             metric year_before = prior(sum(sales.n), 1 year)\n",
        );
        let rows = "on,n\n2026-02-27,1\n2026-02-28,2\n2026-03-27,3\n2026-03-28,4\n2026-03-29,5\n2026-03-31,6\n\
                    2020-01-27,7\n2021-01-25,8\n2021-02-02,9\n";
        write(folder.path(), "data/sales.csv", rows);
        let days = ["run", "earlier", "--every", "day", "--from", "2026-03-27", "--to", "2026-03-31"];
        assert_snapshot!(kepi(folder.path(), &days), @"
        exit code: 0
        --- standard output
        Day         Earlier
        ───────────────────
        2026-03-27        1
        2026-03-28        2
        2026-03-29        2
        2026-03-30        2
        2026-03-31        2
        --- standard error
        `earlier` compares 2026-03-28 to 2026-03-31 with one and the same day, 2026-02-28: the time before is shorter
        ");
        let weeks =
            ["run", "year_before", "--every", "retail.week", "--from", "2021-01-17", "--to", "2021-02-13"];
        assert_snapshot!(kepi(folder.path(), &weeks), @"
        exit code: 0
        --- standard output
        Retail week  Year before
        ────────────────────────
        2020-W51               –
        2020-W52               7
        2020-W53               7
        2021-W01               0
        --- standard error
        `year_before` compares 2020-W52 to 2020-W53 with one and the same retail.week, 2019-W52: the time before is shorter
        ");
    }

    #[test]
    fn what_is_the_same_in_each_period_and_all_of_itself_is_said() {
        let folder = deals();
        let more = "rollup of_regions per deals.region { n = count(deals) }\nmetric each = average(of_regions.n)\n\
                    metric part = share(bookings over region)\nmetric whole = bookings / total(bookings)\n\
                    rollup months per deals.region, month { n = count(deals) }\n\
                    metric rows = count(months where n > 0)\n";
        write(folder.path(), "metrics/more.kpi", more);
        assert_snapshot!(kepi(folder.path(), &["run", "each", "part", "whole", "--every", "month"]), @"
        exit code: 0
        --- standard output
        Month     Each  Part  Whole
        ───────────────────────────
        2026-01      2     1      1
        2026-02*     2     1      1

        * partial: data up to 2026-02-03
        --- standard error
        `each` counts all rows of `of_regions` in every month: the rollup has no period
        `part` takes a total over what is not asked, which is the value itself: ask it --by region
        `whole` takes a total over what is not asked, which is the value itself: ask it by a dimension
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "rows", "--every", "quarter"]), @"
        exit code: 0
        --- standard output
        Quarter   Rows
        ──────────────
        2026-Q1*     1

        * partial: data up to 2026-02-03
        --- standard error
        `rows` counts rows of `months` of several periods, each of its keys once in each: `count(distinct …)` counts a key once
        ");
        let every = kepi(folder.path(), &["run", "rows", "--every", "month"]);
        assert!(every.ends_with("--- standard error\n"), "{every}");
        assert_snapshot!(kepi(folder.path(), &["run", "part", "whole", "--by", "region"]), @"
        exit code: 0
        --- standard output
        Region     Part    Whole
        ────────────────────────
        EMEA    0.92507  0.92507
        (none)  0.07493  0.07493
        --- standard error
        ");
    }

    /// Quotas up to the end of the year, and a table of regions.
    #[test]
    fn what_a_reader_may_not_expect_is_said() {
        let folder = deals();
        let more = "source quotas {\n  time month\n  month : date\n  quota : USD\n}\nmetric quota = sum(quotas.quota)\n\
                    source regions {\n  key id\n  id : text\n}\nmetric regions = count(regions)\n";
        write(folder.path(), "metrics/more.kpi", more);
        write(folder.path(), "data/quotas.csv", "month,quota\n2026-01-01,100\n2026-04-01,100\n");
        write(folder.path(), "data/regions.csv", "id\nEMEA\nAPAC\n");
        assert_snapshot!(kepi(folder.path(), &["run", "bookings", "regions", "--every", "month"]), @"
        exit code: 0
        --- standard output
        Month      Bookings  Regions
        ────────────────────────────
        2026-01   $1,234.50        2
        2026-02      $99.99        2
        2026-03       $0.00        2
        2026-04*      $0.00        2

        * partial: data up to 2026-04-01
        --- standard error
        `regions` counts all rows of `regions` in every month: the source has no `time`
        the newest date in the data, 2026-04-01, is that of `quotas`; what was asked ends with 2026-02-03: say with --as-of up to when to count
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "bookings", "--as-of", "2026-02-28"]), @"
        exit code: 0
        --- standard output
         Bookings
        ─────────
        $1,334.49
        --- standard error
        ");
    }

    #[test]
    fn by_a_dimension_as_csv() {
        let folder = deals();
        let arguments = ["run", "bookings", "--every", "month", "--by", "region", "--format", "csv"];
        assert_snapshot!(kepi(folder.path(), &arguments), @"
        exit code: 0
        --- standard output
        month,region,bookings
        2026-01,EMEA,1234.50
        2026-02,(none),99.99
        --- standard error
        ");
    }

    #[test]
    fn a_parameter_from_outside() {
        let folder = deals();
        let arguments = ["run", "weighted", "--set", "factor=2", "--format", "csv"];
        assert_snapshot!(kepi(folder.path(), &arguments), @"
        exit code: 0
        --- standard output
        weighted
        1
        --- standard error
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "weighted", "--set", "factr=2"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error[unknown-name]: there is no parameter named `factr`
          help: did you mean `factor`?
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "weighted", "--set", "factor"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: invalid value 'factor' for '--set <PARAMETER=VALUE>': it has the form `parameter=value`

        For more information, try '--help'.
        ");
    }

    #[test]
    fn a_profile_says_where_the_data_is() {
        let folder = deals();
        let profile =
            "[profiles.prod.sources]\ndeals = \"exports/*.csv\"\n[profiles.prod.parameters]\nfactor = 4\n";
        write(folder.path(), "kepi.toml", &format!("[defaults]\ncurrency = \"USD\"\n{profile}"));
        write(folder.path(), "exports/a.csv", "id,closed_on,amount,region,weight\nx,2026-01-01,7,,0.5\n");
        let run = ["run", "--format", "csv", "--profile", "prod"];
        assert!(kepi(folder.path(), &run).contains("bookings,weighted\n7.00,2\n"));
        let set = kepi(folder.path(), &[&run[..], &["--set", "factor=1", "--data", "data"]].concat());
        // also before what it says of single sources
        assert!(set.contains("bookings,weighted\n1334.49,0.5\n"), "{set}");
    }

    #[test]
    fn a_profile_that_does_not_fit_is_told_before_it_is_used() {
        let folder = deals();
        let profile = "[profiles.prod.sources]\ndels = \"exports/*.csv\"\n\
                       [profiles.prod.parameters]\nfactor = \"much\"\ncolour = 7\n";
        write(folder.path(), "kepi.toml", &format!("[defaults]\ncurrency = \"USD\"\n{profile}"));
        assert_snapshot!(kepi(folder.path(), &["check"]), @r#"
        exit code: 1
        --- standard output
        error[unknown-name]: there is no source named `dels`
           ╭─[kepi.toml:4:8]
         4 │ dels = "exports/*.csv"
           ·        ───────┬───────
           ·               ╰── in the profile
           ╰────
          help: did you mean `deals`?

        error[bad-parameter]: `much` cannot be the value of the parameter `factor`
           ╭─[kepi.toml:6:10]
         6 │ factor = "much"
           ·          ───┬──
           ·             ╰── in the profile
           ╰────
            ╭─[metrics/sales.kpi:10:1]
         10 │ parameter factor : ratio = 1
            · ──────────────┬─────────────
            ·               ╰── declared here
            ╰────
          help: it is a number with at most 6 decimal places

        error[unknown-name]: there is no parameter named `colour`
           ╭─[kepi.toml:7:10]
         7 │ colour = 7
           ·          ┬
           ·          ╰── in the profile
           ╰────
          help: parameters are declared as `parameter gross_margin : percent = 80%`

        3 errors in 2 files
        --- standard error
        "#);
        assert_snapshot!(kepi(folder.path(), &["run", "bookings", "--profile", "prod"]), @r#"
        exit code: 2
        --- standard output
        --- standard error
        error[unknown-name]: there is no source named `dels`
           ╭─[kepi.toml:4:8]
         4 │ dels = "exports/*.csv"
           ·        ───────┬───────
           ·               ╰── in the profile
           ╰────
          help: did you mean `deals`?

        error[unknown-name]: there is no parameter named `colour`
           ╭─[kepi.toml:7:10]
         7 │ colour = 7
           ·          ┬
           ·          ╰── in the profile
           ╰────
          help: parameters are declared as `parameter gross_margin : percent = 80%`

        error[bad-parameter]: `much` cannot be the value of the parameter `factor`
           ╭─[kepi.toml:6:10]
         6 │ factor = "much"
           ·          ───┬──
           ·             ╰── in the profile
           ╰────
            ╭─[metrics/sales.kpi:10:1]
         10 │ parameter factor : ratio = 1
            · ──────────────┬─────────────
            ·               ╰── declared here
            ╰────
          help: it is a number with at most 6 decimal places
        "#);
        assert!(kepi(folder.path(), &["run", "bookings"]).starts_with("exit code: 0"));
    }

    #[test]
    fn flags_that_contradict_one_another_end_with_two() {
        let folder = deals();
        let run = |flags: &[&str]| kepi(folder.path(), &[&["run", "bookings"], flags].concat());
        assert_snapshot!(run(&["--format", "csv", "-o", "json"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: `--format csv` is the form of nothing here
          help: each `-o` says its own: repeat it, `-o csv`
        ");
        assert_snapshot!(run(&["-o", "csv:out", "-o", "json:out"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: two forms would go to out, of which one stayed
          help: name a file for each
        ");
        assert_snapshot!(run(&["-o", "out.xlsx"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: the name of out.xlsx does not say which form it has
          help: say it: `-o table:out.xlsx`
        ");
        assert_snapshot!(run(&["--set", "factor=1", "--set", "factor=2"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: `factor` is set twice
          help: a run has one value of each parameter: leave one `--set` out
        ");
        assert_snapshot!(kepi(folder.path(), &["diff", ".", ".", "--staged"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: `--staged` compares with one revision, and two folders are named
          help: leave one of them out: `kepi diff main --staged`
        ");
        let until = ["bump", "bookings", "--until", "2025-12-31", "--today", "2026-01-01"];
        assert_snapshot!(kepi(folder.path(), &until), @"
        exit code: 2
        --- standard output
        --- standard error
        error: 2025-12-31 is over: the old version would be gone already
          help: `--until` is the last day on which the old version may be used
        ");
        assert!(!folder.path().join("out").exists());
    }

    #[test]
    fn the_name_of_a_file_says_the_form_that_is_judged() {
        let folder = deals();
        let run = ["run", "bookings", "--every", "month", "-o", "page.html", "-o", "table.txt"];
        assert!(kepi(folder.path(), &run).starts_with("exit code: 0"));
        let page = std::fs::read_to_string(folder.path().join("page.html")).unwrap();
        assert!(page.starts_with("<!doctype html>"), "{page}");
    }

    #[test]
    fn what_is_asked_wrongly_ends_with_two() {
        let folder = deals();
        assert_snapshot!(kepi(folder.path(), &["run", "boking", "--every", "mont"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error[unknown-name]: there is no grain `mont`
          help: did you mean `month`?

        error[unknown-name]: there is no metric `boking`
          help: did you mean `bookings`?
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "--by", "month"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error[unknown-name]: there is no dimension `month`
          help: `--every month` puts rows into periods
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "--where", "regio is \"EMEA\""]), @r#"
        exit code: 2
        --- standard output
        --- standard error
        error[unknown-name]: there is no dimension named `regio`
           ╭─[--where:1:1]
         1 │ regio is "EMEA"
           · ──┬──
           ·   ╰── did you mean `region`?
           ╰────
        "#);
        assert_snapshot!(kepi(folder.path(), &["run", "--as-of", "2026-1-31"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: --as-of is a date, not `2026-1-31`
          help: write it as `2026-01-31`, or `today`
        ");
        assert_snapshot!(kepi(folder.path(), &["run", "--profile", "prod"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: no profile is called `prod`: add `[profiles.prod]` to kepi.toml
        ");
    }

    #[test]
    fn data_that_breaks_its_contract_ends_with_two() {
        let folder = deals();
        write(folder.path(), "data/deals.csv", &DEALS.replace("234.00", "n/a"));
        assert_snapshot!(kepi(folder.path(), &["run", "bookings"]), @r#"
        exit code: 2
        --- standard output
        --- standard error
        error: data/deals.csv, line 3, column "amount": `n/a` is not a number
          help: leave the field empty where the value is missing
        "#);
    }

    #[test]
    fn into_a_file() {
        let folder = deals();
        let shown = kepi(folder.path(), &["run", "bookings", "--output", "bookings.md"]);
        assert_eq!(shown, "exit code: 0\n--- standard output\n--- standard error\n");
        let written = fs::read_to_string(folder.path().join("bookings.md")).expect("it was written");
        assert_eq!(written, "| Bookings |\n| ---: |\n| $1,334.49 |\n");
        assert_snapshot!(kepi(folder.path(), &["run", "bookings", "--format", "parquet"]), @r#"
        exit code: 2
        --- standard output
        --- standard error
        error: Parquet is no text: it goes into a file
          help: name one, for example `--output parquet:metrics.parquet`
        "#);
        assert_snapshot!(kepi(folder.path(), &["run", "bookings", "--output", "none/x.csv"]), @"
        exit code: 2
        --- standard output
        --- standard error
        error: cannot write none/x.csv: No such file or directory (os error 2)
        ");
    }

    #[test]
    fn a_plan_in_own_words() {
        let folder = deals();
        let shown = kepi(folder.path(), &["plan", "bookings", "--every", "month"]);
        assert!(shown.starts_with("exit code: 0\n") && shown.contains("scan deals\n"), "{shown}");
        let shown = kepi(folder.path(), &["plan", "bookings", "--logical"]);
        assert!(shown.starts_with("exit code: 0\n") && shown.contains("TableScan: deals"), "{shown}");
    }
}

#[test]
fn check_in_several_forms_at_once() {
    let folder = project("metric a = nope\n");
    fs::create_dir(folder.path().join(".git")).expect("a repository around it");
    let inner = folder.path().join("metrics");
    let shown = kepi(&inner, &["check", "-o", "github", "-o", "gitlab:../quality.json"]);
    assert_snapshot!(shown, @"
    exit code: 1
    --- standard output
    ::error file=metrics/sales.kpi,line=1,endLine=1,col=12,endColumn=16,title=unknown-name::there is no metric named `nope`
    --- standard error
    ");
    let quality = fs::read_to_string(folder.path().join("quality.json")).expect("it was written");
    assert!(quality.contains("\"path\": \"metrics/sales.kpi\""), "{quality}");
    assert_snapshot!(kepi(&inner, &["check", "-o", "gitlub:x"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: invalid value 'gitlub:x' for '--output <FORMAT[:FILE]>': there is no format `gitlub`, but there is `github`; all are text, json, github, gitlab, junit, sarif

    For more information, try '--help'.
    ");
    assert_snapshot!(kepi(&inner, &["check", "-o", "text", "--format", "json"]), @"
    exit code: 2
    --- standard output
    --- standard error
    error: the argument '--output <FORMAT[:FILE]>' cannot be used with '--format <FORMAT>'

    Usage: kepi check --output <FORMAT[:FILE]> [PATHS]...

    For more information, try '--help'.
    ");
}

#[test]
fn fmt_checks_shows_and_writes() {
    let folder = project("metric  a=1\nmetric b = = 2\n");
    write(folder.path(), "metrics/good.kpi", "metric c = 1\n");
    assert_snapshot!(kepi(folder.path(), &["fmt", "--check"]), @r"
    exit code: 1
    --- standard output
    metrics/sales.kpi
    --- standard error
    metrics/sales.kpi:2: left as it is: expected an expression, found `=`
    1 of 2 files would be formatted
    ");
    assert_snapshot!(kepi(folder.path(), &["fmt", "--diff", "metrics/sales.kpi"]), @r"
    exit code: 1
    --- standard output
    --- metrics/sales.kpi
    +++ metrics/sales.kpi
    @@ -1,2 +1,2 @@
    -metric  a=1
    +metric a = 1
     metric b = = 2
    --- standard error
    metrics/sales.kpi:2: left as it is: expected an expression, found `=`
    1 of 1 file would be formatted
    ");
    assert_snapshot!(kepi(folder.path(), &["fmt"]), @r"
    exit code: 0
    --- standard output
    --- standard error
    metrics/sales.kpi:2: left as it is: expected an expression, found `=`
    formatted 1 of 2 files
    ");
    let written = fs::read_to_string(folder.path().join("metrics/sales.kpi")).expect("it is there");
    assert_eq!(written, "metric a = 1\nmetric b = = 2\n");
    assert_snapshot!(kepi(folder.path(), &["fmt", "metrics", "--check"]), @r"
    exit code: 0
    --- standard output
    --- standard error
    metrics/sales.kpi:2: left as it is: expected an expression, found `=`
    ");
    assert_snapshot!(kepi(folder.path(), &["fmt", "nowhere.kpi"]), @r"
    exit code: 2
    --- standard output
    --- standard error
    error: cannot read nowhere.kpi: No such file or directory (os error 2)
    ");
}

/// A project whose metrics say all that can be said of them.
fn described() -> TempDir {
    project(
        "source deals {\n  key id\n  time closed_on\n  id : text\n  stage : one of (open, won)\n  \
           amount : USD\n  closed_on : date?\n  is_won = stage is won\n}\n\
         dimension stage \"Stage\" = deals.stage\n\
         /// What was won.\n\
         metric bookings \"Bookings\" : USD = sum(deals.amount where is_won) {\n  \
           owner \"revenue\"\n  tier primary\n  roles executive\n  tags money, core\n  also \"signed\", \"赢率\"\n}\n\
         metric bookings_per_deal = bookings / count(deals)\n\
         test \"won only\" {\n  given deals\n    | id | stage | amount | closed_on  |\n    \
           | a  | won   | 100    | 2026-01-05 |\n  expect bookings every month\n    \
           | month   | bookings |\n    | 2026-01 | $100     |\n}\n",
    )
}

#[test]
fn show_tells_all_of_a_metric() {
    let folder = described();
    let shown = kepi(folder.path(), &["show", "bookings"]);
    assert_eq!(shown, kepi(folder.path(), &["show", "赢率"]), "by another name");
    let lines = [
        "bookings  Bookings",
        "What was won.",
        "formula     sum(deals.amount where is_won)",
        "unit        USD",
        "tier        primary",
        "dimensions  stage",
        "made of     deals.amount, deals.is_won",
        "used by     bookings_per_deal",
        "tests       \"won only\" (metrics/sales.kpi:20)",
        "declared    metrics/sales.kpi:12",
    ];
    for line in lines {
        assert!(shown.contains(&format!("{line}\n")), "no `{line}` in\n{shown}");
    }
    let shown = kepi(folder.path(), &["show", "bookings_per_deal", "--format", "json"]);
    assert!(shown.contains("\"made_of\": [\n    \"bookings\",\n    \"deals\"\n  ]"), "{shown}");
    let shown = kepi(folder.path(), &["show", "bokings"]);
    assert!(
        shown.contains("no metric is called `bokings`") && shown.contains("did you mean `bookings`?"),
        "{shown}"
    );
}

#[test]
fn graph_draws_what_metrics_are_made_of() {
    let folder = described();
    let drawn = kepi(folder.path(), &["graph", "bookings_per_deal"]);
    for line in [
        "flowchart LR",
        "n0[(\"deals\")]",
        "n1[\"Bookings\"]",
        "n2[\"bookings_per_deal\"]",
        "n0 --> n1",
        "n0 --> n2",
        "n1 --> n2",
    ] {
        assert!(drawn.contains(line), "no `{line}` in\n{drawn}");
    }
    let drawn = kepi(folder.path(), &["graph", "bookings", "--format", "dot"]);
    assert!(
        drawn.contains("digraph metrics {") && drawn.contains("n0 -> n1") && !drawn.contains("n2"),
        "{drawn}"
    );
}

#[test]
fn list_by_what_metrics_say_of_themselves() {
    let folder = described();
    let all = [["--tag", "core"], ["--owner", "revenue"], ["--role", "executive"], ["--tier", "primary"]];
    for asked in all {
        let shown = kepi(folder.path(), &[&["list"], &asked[..]].concat());
        assert!(
            shown.contains("bookings  Bookings  USD") && !shown.contains("per_deal"),
            "{asked:?}\n{shown}"
        );
        assert!(!shown.contains("Stage"), "only metrics have these\n{shown}");
    }
    assert!(kepi(folder.path(), &["list", "--tag", "other"]).contains("no metric is so"));
    let shown = kepi(folder.path(), &["list", "signed", "--format", "json"]);
    assert!(
        shown.contains("\"name\": \"bookings\"")
            && shown.contains("\"also\": [")
            && !shown.contains("per_deal")
    );
}
