//! One project with its data in files: a question put to both, and to Kepi again with
//! more partitions, with the rows in another order or in a test, and as thresholds ask it.

use kepi::check::{self, CheckedModel, Expr};
use kepi::diagnostic::Problems;
use kepi::engine::{self, Bindings, Failure, Options, Rules, SameRows, Session};
use kepi::query;
use kepi::syntax::{self, ast};
use kepi::table::Table;
use kepi::text::Sources;

use super::answer::{self, Checked, Question};
use super::compare;
use super::layouts::{self, Layout};
use super::project::Project;
use super::value::V;
use super::world;

pub struct Trial {
    pub model: CheckedModel,
    hoisted: CheckedModel,
    stored: Vec<Vec<Vec<V>>>,
    project: Project,
    folder: tempfile::TempDir,
}

pub enum Outcome {
    /// So many cells were compared.
    Same(usize),
    Different(String),
    /// The question makes no sense for the project.
    Rejected(String),
    /// The data is not what the project says.
    Refused(String),
}

impl Trial {
    pub fn new(project: &Project) -> Result<Trial, Vec<String>> {
        let model = project.compile()?;
        let stored = world::read(&model, &project.data);
        let folder = tempfile::tempdir().expect("a folder");
        let hoisted = query::hoist(&model);
        Ok(Trial { model, hoisted, stored, project: project.clone(), folder })
    }

    /// The data in files, written when it is first asked.
    fn bindings(&self, layout: Layout) -> Bindings {
        let data = self.folder.path().join(format!("{layout:?}"));
        if !data.exists() {
            std::fs::create_dir(&data).expect("a folder");
            layouts::write(&self.project, &self.model, &self.stored, layout, &data);
        }
        Bindings { root: self.folder.path().to_path_buf(), data, ..Bindings::default() }
    }

    /// The data in a test.
    fn given(&self) -> Result<Bindings, Vec<String>> {
        Ok(Bindings { given: Some(self.project.given()?), ..Bindings::default() })
    }

    pub fn ask(&self, question: &Question, way: usize) -> Outcome {
        engine::with_session(|session| self.ask_in(session, question, way)).expect("a session")
    }

    /// `way`: in which other way, if any, Kepi has to give the same.
    pub fn ask_in(&self, session: &Session, question: &Question, way: usize) -> Outcome {
        let bindings = self.bindings(Layout::Csv);
        let over = session.over(&self.hoisted, &bindings);
        let first = match self.answer(&over, question) {
            Ok(table) => table,
            Err(Failure::Ask(error)) => {
                let told: Vec<String> = error.diagnostics.iter().map(|d| d.message.clone()).collect();
                return Outcome::Rejected(told.join("; "));
            }
            Err(Failure::Interrupted) => return Outcome::Different("interrupted".to_string()),
            Err(Failure::Data(error)) => {
                let told = error.to_string();
                return match told.contains("have the same key") {
                    true => Outcome::Refused(told),
                    false => Outcome::Different(format!("no answer: {told}")),
                };
            }
        };
        let other = match way {
            0 => Some((Layout::Csv, 8)),
            1 => Some((Layout::Shuffled, 2)),
            2 => Some((Layout::SplitCsv, 3)),
            3 => Some((Layout::SplitParquet, 2)),
            _ => None,
        };
        if let Some((layout, partitions)) = other {
            match self.run(question, layout, partitions) {
                Ok(again) if format!("{again:?}") == format!("{first:?}") => {}
                Ok(again) => {
                    let told = compare::two(&first, &again);
                    return Outcome::Different(format!("{layout:?}, {partitions} partitions\n{told}"));
                }
                Err(error) => return Outcome::Different(format!("{layout:?} fails: {error:?}")),
            }
        }
        if way == 4
            && let Some(difference) = self.difference_where_given(session, question, &first)
        {
            return Outcome::Different(difference);
        }
        let (filter, having) = (
            self.check(&question.filter, check::check_where),
            self.check(&question.having, check::check_having),
        );
        let asked = Checked { question, filter, having };
        let wanted = answer::answer(&self.model, &self.stored, &asked);
        if matches!(way, 5 | 6)
            && let Some(difference) = self.difference_over_time(&over, &asked, way)
        {
            return Outcome::Different(difference);
        }
        match compare::difference(&wanted, &first) {
            None => Outcome::Same(first.rows.len() * first.columns.len()),
            Some(difference) => Outcome::Different(difference),
        }
    }

    /// The same question of the same rows in a test.
    fn difference_where_given(
        &self,
        session: &Session,
        question: &Question,
        first: &Table,
    ) -> Option<String> {
        let bindings = match self.given() {
            Ok(bindings) => bindings,
            Err(errors) => return Some(format!("not as a test's rows: {}", errors.join("; "))),
        };
        match self.answer(&session.over(&self.hoisted, &bindings), question) {
            Ok(again) if format!("{again:?}") == format!("{first:?}") => None,
            Ok(again) => Some(format!("in a test\n{}", compare::two(first, &again))),
            Err(error) => Some(format!("in a test: {error:?}")),
        }
    }

    /// The same question as thresholds ask it: with the numbers of rows behind each metric, and
    /// a value for every member in every period.
    fn difference_over_time(&self, over: &SameRows, asked: &Checked, way: usize) -> Option<String> {
        let question = asked.question;
        if question.every.is_none() || question.having.is_some() {
            return None;
        }
        let wanted = answer::over_time(&self.model, &self.stored, asked)?;
        let model = &self.hoisted;
        let request = query::resolve(model, &question.ask()).expect("it has been answered");
        let request = query::Request { counts: true, ..request };
        let options = Options { partitions: Some(2), rules: Rules::All };
        let computed = match way {
            5 => over.compute(&[request]),
            _ => engine::compute(model, &[request], &self.bindings(Layout::Csv), &options),
        };
        match computed {
            Ok(computed) => compare::difference_over_time(&wanted, computed.dense.first()?),
            Err(failure) => Some(format!("over time: {failure:?}")),
        }
    }

    /// Kepi's answer, to a question that has one.
    pub fn table(&self, question: &Question) -> Table {
        self.table_of(question, Layout::Csv, 1)
    }

    pub fn table_of(&self, question: &Question, layout: Layout, partitions: usize) -> Table {
        self.run(question, layout, partitions).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    /// As tests ask.
    fn answer(&self, over: &SameRows, question: &Question) -> Result<Table, Failure> {
        over.answer(query::resolve(&self.hoisted, &question.ask()).map_err(Failure::Ask)?)
    }

    /// As commands do.
    fn run(&self, question: &Question, layout: Layout, partitions: usize) -> Result<Table, Failure> {
        let options = Options { partitions: Some(partitions), rules: Rules::All };
        engine::run(&self.model, &question.ask(), &self.bindings(layout), &options).map(|answer| answer.table)
    }

    fn check(
        &self,
        text: &Option<String>,
        check: fn(&CheckedModel, &ast::Expr) -> (Option<Expr>, Problems),
    ) -> Option<Expr> {
        let mut sources = Sources::default();
        let id = sources.add("ask", text.clone()?);
        let (parsed, _) = syntax::parse_expression(sources.get(id));
        check(&self.model, &parsed.expect("Kepi has parsed it")).0
    }
}
