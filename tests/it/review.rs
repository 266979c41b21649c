//! Reviewing definitions as it is done: a project is recorded, changed, and decided about.
//! Each test is a story; what the program says of it is one snapshot in `tests/ui/review`.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const SOURCES: &str = r#"source deals {
  key  id
  time closed_on
  id        : text
  stage     : one of (open, won = "Closed Won", lost = "Closed Lost")
  amount    : USD
  closed_on : date?
  is_won    = stage is won
  is_closed = stage in (won, lost)
}
"#;

const METRICS: &str = r#"/// Share of the closed deals that were won.
metric win_rate "Win rate" : percent = proportion(is_won of deals where is_closed)

metric bookings "Bookings" : USD = sum(deals.amount where is_won)

metric expected "Expected" : USD = bookings * win_rate
"#;

/// A project, and what was done to it and said about it so far.
pub struct Story {
    folder: TempDir,
    told: String,
}

impl Story {
    pub fn new() -> Story {
        let story = Story { folder: TempDir::new().expect("a folder for the test"), told: String::new() };
        story.write("kepi.toml", "[defaults]\ncurrency = \"USD\"\n");
        story.write("metrics/sources.kpi", SOURCES);
        story.write("metrics/sales.kpi", METRICS);
        story
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("make its folder");
        fs::write(path, text).expect("write the file");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).expect("read the file")
    }

    pub fn edit(&mut self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}");
        self.write(path, &text.replacen(from, to, 1));
        let _ = writeln!(self.told, "# {path}: {from:?} -> {to:?}\n");
    }

    pub fn kepi(&mut self, arguments: &[&str]) {
        let output = Command::new(env!("CARGO_BIN_EXE_kepi"))
            .args(arguments)
            .current_dir(self.path())
            .env_remove("NO_COLOR")
            .output()
            .expect("the program starts");
        let code = output.status.code().expect("it ends by itself");
        let real = self.path().canonicalize().expect("the folder is there").display().to_string();
        let text = [output.stdout, output.stderr].map(|t| String::from_utf8_lossy(&t).replace(&real, "DIR"));
        let arguments: Vec<String> = arguments
            .iter()
            .map(|a| if a.contains(' ') { format!("{a:?}") } else { a.to_string() })
            .collect();
        let _ = writeln!(self.told, "$ kepi {}  → {code}\n{}{}", arguments.join(" "), text[0], text[1]);
    }

    fn show(&mut self, path: &str) {
        let text = self.read(path);
        let _ = writeln!(self.told, "# {path}\n{text}");
    }

    pub fn end(self, name: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../ui/review");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, self.told));
    }
}

impl Story {
    /// Everything as a commit on the branch that is checked out.
    pub fn commit(&mut self, message: &str) {
        let git = git2::Repository::open(self.path()).unwrap_or_else(|_| {
            let mut options = git2::RepositoryInitOptions::new();
            git2::Repository::init_opts(self.path(), options.initial_head("main")).expect("a new repository")
        });
        let mut index = git.index().expect("it has an index");
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).expect("add everything");
        index.update_all(["*"], None).expect("what is gone, too");
        index.write().expect("write the index");
        let tree = git.find_tree(index.write_tree().expect("a tree")).expect("it is there");
        let time = git2::Time::new(1_790_000_000, 0);
        let who = git2::Signature::new("Ada", "ada@example.com", &time).expect("a name");
        let parent = git.head().ok().and_then(|h| h.peel_to_commit().ok());
        let parents: Vec<_> = parent.iter().collect();
        git.commit(Some("HEAD"), &who, &who, message, &tree, &parents).expect("a commit");
        let _ = writeln!(self.told, "# commit: {message}\n");
    }

    /// A new branch, from here on.
    pub fn branch(&mut self, name: &str) {
        let git = git2::Repository::open(self.path()).expect("a repository");
        let head = git.head().and_then(|h| h.peel_to_commit()).expect("a commit");
        git.branch(name, &head, false).expect("a new branch");
        git.set_head(&format!("refs/heads/{name}")).expect("check it out");
        let _ = writeln!(self.told, "# on branch {name}\n");
    }

    fn stage(&mut self, path: &str) {
        let git = git2::Repository::open(self.path()).expect("a repository");
        let mut index = git.index().expect("it has an index");
        index.add_path(Path::new(path)).and_then(|()| index.write()).expect("stage a file");
        let _ = writeln!(self.told, "# git add {path}\n");
    }

    /// As a clone without history has it.
    fn make_shallow(&mut self) {
        let git = git2::Repository::open(self.path()).expect("a repository");
        let head = git.head().and_then(|h| h.peel_to_commit()).expect("a commit").id();
        self.write(".git/shallow", &format!("{head}\n"));
    }
}

const TODAY: &str = "2026-11-22";

#[test]
fn a_refactoring_needs_no_decision() {
    let mut story = Story::new();
    story.kepi(&["lock"]);
    story.show("kepi.lock");
    story.kepi(&["check", "--today", TODAY]);
    story.edit("metrics/sources.kpi", "is_closed = stage in (won, lost)", "done = stage in (lost, won)");
    story.edit("metrics/sales.kpi", "where is_closed)", "where decided) {\n  // moved\n}");
    story.edit("metrics/sources.kpi", "done =", "decided =");
    story.edit("metrics/sources.kpi", "}", "  measure won = sum(amount where is_won)\n}");
    story.edit("metrics/sales.kpi", "sum(deals.amount where is_won)", "deals.won");
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["lock"]);
    story.kepi(&["check", "--today", TODAY]);
    story.end("refactoring");
}

#[test]
fn a_changed_filter_is_decided() {
    let mut story = Story::new();
    story.kepi(&["lock"]);
    story.edit("metrics/sales.kpi", "where is_closed)", "where is_closed and amount > 0)");
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["lock"]);
    story.kepi(&[
        "accept",
        "win_rate",
        "--until",
        "2026-12-31",
        "-m",
        "until the board has met",
        "--today",
        TODAY,
    ]);
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["check", "--today", "2027-01-01"]);
    story.kepi(&["correct", "win_rate", "-m", "deals without a price are no deals", "--today", TODAY]);
    story.kepi(&["check", "--today", "2027-01-01"]);
    story.show("kepi.lock");
    story.end("changed_filter");
}

#[test]
fn what_changed_below_is_named() {
    let mut story = Story::new();
    story.kepi(&["lock"]);
    story.edit("metrics/sources.kpi", "\"Closed Won\"", "\"Won\"");
    story.kepi(&["check", "--today", TODAY]);
    story.edit("metrics/sources.kpi", "\"Won\"", "\"Closed Won\"");
    story.edit("metrics/sources.kpi", "time closed_on", "time closed_on\n  where amount > 0");
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["correct", "--all", "-m", "free deals are gifts", "--today", TODAY]);
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["correct", "--all", "-m", "free deals are gifts", "--today", TODAY]);
    story.kepi(&["correct", "-m", "free deals are gifts"]);
    story.end("changed_source");
}

#[test]
fn wrong_decisions() {
    let mut story = Story::new();
    story.kepi(&["correct", "win_rate", "-m", "why"]);
    story.kepi(&["lock"]);
    story.kepi(&["correct", "win_rate", "-m", "why"]);
    story.kepi(&["correct", "winrate", "-m", "why"]);
    story.kepi(&["correct", "win_rate", "-m", " "]);
    story.kepi(&["accept", "win_rate", "--until", "2026-11-21", "-m", "why", "--today", TODAY]);
    story.edit("metrics/sales.kpi", "metric bookings", "metric sold");
    story.edit("metrics/sales.kpi", "= bookings *", "= sold *");
    story.kepi(&["check", "--today", TODAY]);
    story.edit("kepi.lock", "win_rate v1 means", "<<<<<<< ours\nwin_rate v1 means");
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["lock"]);
    story.end("wrong_decisions");
}

#[test]
fn what_is_to_go_and_what_may_stay() {
    let mut story = Story::new();
    story.write(
        "metrics/more.kpi",
        r#"metric old : USD = sum(deals.amount) { deprecated "counts open deals; use bookings" until 2027-03-31 }
metric twice = 2 * old
// kepi: allow unused until 2027-01-31: the board asks for it in spring
parameter goal : USD = 1_000
parameter floor : USD = 1_000 // kepi: allow unused until 2027-01-31: likewise
// kepi: allow unused until 2027-01-31: nothing here
metric quiet = 3 * bookings // kepi: allow everything
scorecard board { metrics old  every month }
consumer "dashboard" { metrics old }
"#,
    );
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["check", "--today", "2027-02-01"]);
    story.kepi(&["check", "--today", "2027-04-01"]);
    story.end("deprecated");
}

#[test]
fn a_branch_against_main() {
    let mut story = Story::new();
    story.commit("first");
    story.branch("deals-without-price");
    story.edit("metrics/sales.kpi", "where is_closed)", "where is_closed and amount > 0)");
    story.kepi(&["diff"]);
    story.stage("metrics/sales.kpi");
    story.edit("metrics/sales.kpi", "\"Bookings\"", "\"Sold\"");
    story.kepi(&["diff", "--staged"]);
    story.commit("second");
    story.kepi(&["diff", "main..HEAD"]);
    story.kepi(&["diff", "main", "--format", "markdown"]);
    story.kepi(&["diff", "main...", "--format", "json"]);
    story.kepi(&["diff", "HEAD", "--detailed-exitcode"]);
    story.kepi(&["diff", "HEAD~1", "--detailed-exitcode"]);
    story.end("branch");
}

#[test]
fn what_cannot_be_compared() {
    let mut story = Story::new();
    story.kepi(&["diff"]);
    story.kepi(&["diff", ".", "elsewhere"]);
    story.commit("first");
    story.kepi(&["diff", "mian"]);
    story.edit("metrics/sales.kpi", "metric bookings", "metric bookings v2");
    story.edit("metrics/sales.kpi", "win_rate\n", "winrate\n");
    story.kepi(&["diff"]);
    story.make_shallow();
    story.kepi(&["diff", "HEAD~5"]);
    story.end("not_compared");
}

#[test]
fn a_new_version_before_and_after_the_edit() {
    let mut story = Story::new();
    story.kepi(&["lock"]);
    story.commit("first");
    story.edit("metrics/sales.kpi", "where is_closed)", "where is_closed and amount > 0)");
    story.kepi(&["bump", "win_rate", "--today", TODAY]);
    story.show("metrics/sales.kpi");
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["accept", "expected", "--until", "2027-01-31", "-m", "the board knows", "--today", TODAY]);
    story.kepi(&["check", "--today", TODAY]);
    story.kepi(&["diff"]);
    story.kepi(&["bump", "bookings", "--until", "2027-01-31"]);
    story.kepi(&["bump", "win_rate.v1"]);
    story.kepi(&["check", "--today", TODAY]);
    story.end("bump");
}

#[test]
fn a_version_whose_ground_moved_is_not_bumped() {
    let mut story = Story::new();
    story.kepi(&["lock"]);
    story.kepi(&["bump", "win_rate", "--today", TODAY]);
    story.edit("metrics/sources.kpi", "\"Closed Won\"", "\"Won\"");
    let before = story.read("metrics/sales.kpi");
    story.kepi(&["bump", "bookings", "--today", TODAY]);
    story.commit("first");
    story.kepi(&["bump", "bookings", "--today", TODAY]);
    assert_eq!(story.read("metrics/sales.kpi"), before);
    story.end("not_bumped");
}
