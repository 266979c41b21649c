//! One project with its data in files: a question put to both, and to Kepi again with
//! more partitions and with the rows in another order.

use kepi::check::{self, CheckedModel, Expr};
use kepi::diagnostic::Problems;
use kepi::engine::{self, Bindings, Failure, Options};
use kepi::syntax::{self, ast};
use kepi::table::Table;
use kepi::text::Sources;

use super::answer::{self, Checked, Question};
use super::compare;
use super::project::Project;
use super::value::V;
use super::world;

pub struct Trial {
    model: CheckedModel,
    stored: Vec<Vec<Vec<V>>>,
    bindings: Bindings,
    /// The same rows in another order.
    shuffled: Bindings,
    _folder: tempfile::TempDir,
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
        let mut reversed = project.clone();
        reversed.data.values_mut().for_each(|sheet| sheet.rows.reverse());
        let bindings = |name: &str, project: &Project| {
            let data = folder.path().join(name);
            std::fs::create_dir(&data).expect("a folder");
            project.write_data(&data);
            Bindings { root: folder.path().to_path_buf(), data, ..Bindings::default() }
        };
        let (bindings, shuffled) = (bindings("data", project), bindings("shuffled", &reversed));
        Ok(Trial { model, stored, bindings, shuffled, _folder: folder })
    }

    /// `way`: in which other way, if any, Kepi has to give the same.
    pub fn ask(&self, question: &Question, way: usize) -> Outcome {
        let first = match self.run(question, &self.bindings, 1) {
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
            0 => Some((&self.bindings, 2)),
            1 => Some((&self.bindings, 8)),
            2 => Some((&self.shuffled, 2)),
            _ => None,
        };
        if let Some((bindings, partitions)) = other {
            match self.run(question, bindings, partitions) {
                Ok(again) if format!("{again:?}") == format!("{first:?}") => {}
                Ok(again) => {
                    return Outcome::Different(format!("two runs of Kepi\n{}", compare::two(&first, &again)));
                }
                Err(error) => return Outcome::Different(format!("the second run fails: {error:?}")),
            }
        }
        let (filter, having) = (
            self.check(&question.filter, check::check_where),
            self.check(&question.having, check::check_having),
        );
        let asked = Checked { question, filter, having };
        let wanted = answer::answer(&self.model, &self.stored, &asked);
        match compare::difference(&wanted, &first) {
            None => Outcome::Same(first.rows.len() * first.columns.len()),
            Some(difference) => Outcome::Different(difference),
        }
    }

    /// Kepi's answer, to a question that has one.
    pub fn table(&self, question: &Question) -> Table {
        self.run(question, &self.bindings, 1).unwrap_or_else(|failure| panic!("{failure:?}"))
    }

    fn run(&self, question: &Question, bindings: &Bindings, partitions: usize) -> Result<Table, Failure> {
        let options = Options { partitions: Some(partitions) };
        engine::run(&self.model, &question.ask(), bindings, &options).map(|answer| answer.table)
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
