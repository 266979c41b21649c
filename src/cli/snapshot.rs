//! `kepi snapshot`: the table of a scorecard as a file beside the metrics, which says how to
//! make it again. `kepi test` does.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;

use super::ask::Flags;
use super::failure::Failure;
use super::files::put;
use super::output::Output;
use super::{Global, Outcome, open, score};
use crate::project::{self, Project};
use crate::report;
use crate::testing::{SnapshotOutcome, differences};
use crate::threshold::quoted;

const EXTENSION: &str = ".snap.md";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of these scorecards; without any, of all
    scorecards: Vec<String>,
    #[command(flatten)]
    made_of: MadeOf,
    /// The file, instead of one beside the scorecard: `metrics/executive.snap.md`
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What makes a snapshot the same one everywhere and on any day.
#[derive(Debug, Clone, Default, clap::Args)]
struct MadeOf {
    /// The folder with the data, in the project: instead of the one that kepi.toml names
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The profile of kepi.toml that says where the data is
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// As it was known at the end of that day; otherwise the newest date in the data
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

/// The first line of a snapshot.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_flag = true)]
struct Head {
    scorecard: String,
    #[command(flatten)]
    made_of: MadeOf,
}

pub fn run(args: &Args, global: &Global, output: &Output) -> Result<Outcome, Failure> {
    let opened = open::open(global)?;
    let all = opened.model.scorecards.iter().map(|card| card.name.clone());
    let names: Vec<String> = if args.scorecards.is_empty() { all.collect() } else { args.scorecards.clone() };
    if names.is_empty() {
        return Err(Failure::new("the project has no scorecard")
            .help("a snapshot is of a scorecard: `scorecard executive { … }`"));
    }
    if args.output.is_some() && names.len() > 1 {
        return Err(Failure::new("several snapshots do not go into one file").help("name one scorecard"));
    }
    let made_of = args.made_of.within(&opened.project)?;
    for name in &names {
        let Some(card) = opened.model.find_scorecard(name) else {
            let near =
                crate::diagnostic::nearest(name, opened.model.scorecards.iter().map(|c| c.name.as_str()));
            let failure = Failure::new(format!("there is no scorecard `{name}`"));
            return Err(match near {
                Some(near) => failure.help(format!("did you mean `{near}`?")),
                None => failure.help("`kepi list` shows all of them"),
            });
        };
        let beside = Path::new(&opened.sources.get(card.name_span.file).path)
            .with_file_name(format!("{name}{EXTENSION}"));
        let path = match &args.output {
            Some(path) => named(path)?,
            None => opened.project.root.join(beside),
        };
        let text = made_again(name, &made_of, global, output)?;
        let shown = path.strip_prefix(&opened.project.root).unwrap_or(&path).display().to_string();
        let same = fs::read_to_string(&path).is_ok_and(|before| before == text);
        if !same {
            put(&path, |part| fs::write(part, &text).map_err(|e| e.to_string()))?;
        }
        output.note(&format!("{} {shown}\n", if same { "no change of" } else { "wrote" }));
    }
    Ok(Outcome::Well)
}

fn named(path: &Path) -> Result<PathBuf, Failure> {
    match path.to_string_lossy().ends_with(EXTENSION) {
        true => Ok(path.to_path_buf()),
        false => Err(Failure::new(format!("{} is no name of a snapshot", path.display()))
            .help("it ends in `.snap.md`, and lies in a folder with metrics: `kepi test` looks for such")),
    }
}

/// All snapshots of the project that one of the filters names, each held against what it
/// would be now.
pub fn compared(
    filters: &[String],
    project: &Project,
    global: &Global,
    output: &Output,
) -> Result<Vec<SnapshotOutcome>, Failure> {
    let mut found = Vec::new();
    for (shown, path) in project::snapshots(project)? {
        let before =
            fs::read_to_string(&path).map_err(|e| Failure::new(format!("cannot read {shown}: {e}")))?;
        let head = head(&before, &shown)?;
        let asked =
            |filter: &String| head.scorecard.contains(filter.as_str()) || shown.contains(filter.as_str());
        if !filters.is_empty() && !filters.iter().any(asked) {
            continue;
        }
        let now = made_again(&head.scorecard, &head.made_of, global, output)
            .map_err(|failure| failure.about(&format!("the snapshot {shown} cannot be made again")))?;
        // a checkout may end lines in another way
        let differences = differences(&before.replace("\r\n", "\n"), &now);
        found.push(SnapshotOutcome { file: shown, scorecard: head.scorecard, differences, found: now });
    }
    Ok(found)
}

/// Accepts what is there now.
pub fn bless(outcomes: &mut [SnapshotOutcome], project: &Project, output: &Output) -> Result<(), Failure> {
    for outcome in outcomes.iter_mut().filter(|outcome| !outcome.passed()) {
        let path = project.root.join(&outcome.file);
        put(&path, |part| fs::write(part, &outcome.found).map_err(|e| e.to_string()))?;
        output.note(&format!("wrote {}\n", outcome.file));
        outcome.differences.clear();
    }
    Ok(())
}

/// The first line says what the rest was made of.
fn head(text: &str, shown: &str) -> Result<Head, Failure> {
    let line = text.lines().next().unwrap_or_default().trim();
    let command = line.strip_prefix("<!-- kepi snapshot ").and_then(|rest| rest.strip_suffix(" -->"));
    let parsed = command.and_then(words).and_then(|words| Head::try_parse_from(words).ok());
    parsed.ok_or_else(|| {
        Failure::new(format!("{shown} does not say in its first line what it was made of"))
            .help("`kepi snapshot` writes it again, with `<!-- kepi snapshot executive -->`")
    })
}

/// As a shell would part them: what is between quotes stays together.
fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let (mut word, mut open, mut any) = (String::new(), false, false);
    for c in text.chars() {
        match c {
            '\'' => (open, any) = (!open, true),
            ' ' if !open => {
                if any {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            c => {
                word.push(c);
                any = true;
            }
        }
    }
    words.extend(any.then_some(word));
    (!open).then_some(words)
}

fn made_again(name: &str, made_of: &MadeOf, global: &Global, output: &Output) -> Result<String, Failure> {
    let root = open::root(global)?;
    let data = made_of.data.as_ref().map(|data| root.join(data));
    let flags = Flags::of_scorecard(name, data, made_of.profile.clone(), made_of.as_of.clone());
    let ready = flags.ready(global)?;
    let outcome = score::outcome(&score::Judging::default(), &ready, global, output)?;
    Ok(report::snapshot(&outcome, &made_of.command(name)))
}

impl MadeOf {
    /// With the data as the project names it.
    fn within(&self, project: &Project) -> Result<MadeOf, Failure> {
        if self.as_of.as_deref() == Some("today") {
            return Err(
                Failure::new("a snapshot of today would be another one tomorrow").help("name the day")
            );
        }
        let Some(data) = &self.data else { return Ok(self.clone()) };
        let real = |path: &Path| {
            path.canonicalize().map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())))
        };
        let (data, root) = (real(data)?, real(&project.root)?);
        match data.strip_prefix(&root) {
            Ok(inside) => Ok(MadeOf { data: Some(inside.to_path_buf()), ..self.clone() }),
            Err(_) => Err(Failure::new(format!("{} does not lie in the project", data.display()))
                .help("who looks at a snapshot has to have its data: put a small sample into the project")),
        }
    }

    fn command(&self, name: &str) -> String {
        let data = self.data.as_ref().map(|data| ("data", data.to_string_lossy().replace('\\', "/")));
        let flags =
            [data, self.profile.clone().map(|p| ("profile", p)), self.as_of.clone().map(|d| ("as-of", d))];
        let flags = flags.into_iter().flatten().map(|(flag, value)| format!(" --{flag} {}", quoted(&value)));
        format!("kepi snapshot {name}{}", flags.collect::<String>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_says_how_to_make_it_again() {
        let made_of =
            MadeOf { data: Some("my data".into()), as_of: Some("2026-01-31".into()), profile: None };
        let line = format!("<!-- {} -->\n# All\n", made_of.command("executive"));
        let Ok(head) = head(&line, "x.snap.md") else { panic!("{line}") };
        assert_eq!(
            (head.scorecard.as_str(), head.made_of.command("executive")),
            ("executive", made_of.command("executive"))
        );
        for wrong in [
            "",
            "# All",
            "<!-- kepi snapshot -->",
            "<!-- kepi snapshot a --dta x -->",
            "<!-- kepi snapshot 'a -->",
            "<!-- kepi run a -->",
        ] {
            assert!(super::head(wrong, "x.snap.md").is_err(), "{wrong}");
        }
    }
}
