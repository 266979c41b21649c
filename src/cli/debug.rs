//! `kepi debug STAGE FILE`: what each phase of the compiler made of a file.

use std::fmt::{self, Write};
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::failure::Failure;
use super::output::Output;
use super::{Outcome, open};
use crate::check::{CheckedModel, Type, check};
use crate::diagnostic::Problems;
use crate::model::{Model, Settings, resolve};
use crate::project::{self, Loaded};
use crate::report;
use crate::syntax::{ast, parse};
use crate::text::{FileId, Sources};

#[derive(Debug, clap::Args)]
pub struct Args {
    stage: Stage,
    /// A .kpi file; what it refers to is found in its project, where it has one
    file: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Stage {
    /// The tree of the file, as written
    Ast,
    /// The names that it declares, with their numbers
    Model,
    /// The type and unit of everything it declares
    Types,
    /// What is read and counted for its metrics
    #[cfg(feature = "engine")]
    Query,
    /// DataFusion's plan for its metrics
    #[cfg(feature = "engine")]
    Plan,
}

pub fn run(args: &Args, output: &Output) -> Result<Outcome, Failure> {
    let Input { sources, settings, file } = input(&args.file)?;
    let mut problems = Problems::default();
    let files: Vec<ast::File> = sources.iter().map(|f| kept(parse(f), &mut problems)).collect();
    let model = kept(resolve(&files, &settings), &mut problems);
    let checked = kept(check(&model), &mut problems);
    let failed = problems.has_errors();
    let text = match args.stage {
        Stage::Ast => files.iter().filter(|f| f.id == file).map(|f| format!("{f:#?}\n")).collect(),
        Stage::Model => names(&model, file),
        Stage::Types => types(&checked, file),
        #[cfg(feature = "engine")]
        _ if failed => String::new(),
        #[cfg(feature = "engine")]
        Stage::Query => explained(&checked, file, &args.file)?.query,
        #[cfg(feature = "engine")]
        Stage::Plan => explained(&checked, file, &args.file)?.logical,
    };
    output.print(&text)?;
    let here: Vec<_> = problems.sorted().into_iter().filter(|d| d.span().file == file).collect();
    output.note(&report::messages(&here, &sources, &output.error));
    Ok(if failed { Outcome::Findings } else { Outcome::Well })
}

/// All metrics of the file, asked for at once, without periods.
#[cfg(feature = "engine")]
fn explained(model: &CheckedModel, file: FileId, path: &Path) -> Result<crate::engine::Explained, Failure> {
    use crate::engine::{Bindings, Options, explain};
    let metrics = model.metrics.iter().filter(|m| m.span.file == file);
    let metrics: Vec<String> = metrics.map(|m| format!("{}.v{}", m.name, m.version)).collect();
    if metrics.is_empty() {
        return Err(Failure::new("the file declares no metric"));
    }
    let ask = crate::query::Ask { metrics, ..Default::default() };
    let root = open::root_above(path)?;
    let data = root.join(project::load(&root)?.project.data);
    let bindings = Bindings { root, data, ..Bindings::default() };
    Ok(explain(model, &ask, &bindings, &Options::default())?)
}

fn kept<T>((result, found): (T, Problems), problems: &mut Problems) -> T {
    problems.extend(found);
    result
}

struct Input {
    sources: Sources,
    settings: Settings,
    file: FileId,
}

/// The project that the file is one of, or the file alone.
fn input(path: &Path) -> Result<Input, Failure> {
    if let Ok(root) = open::root_above(path) {
        let Loaded { project, sources } = project::load(&root)?;
        let real = |p: &Path| p.canonicalize().ok();
        let found = sources.iter().find(|f| real(&root.join(&f.path)) == real(path)).map(|f| f.id);
        if let Some(file) = found {
            return Ok(Input { sources, settings: project.settings, file });
        }
    }
    let text =
        fs::read_to_string(path).map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())))?;
    let mut sources = Sources::default();
    let file = sources.add(path.display().to_string(), text);
    Ok(Input { sources, settings: Settings::default(), file })
}

fn names(model: &Model<'_>, file: FileId) -> String {
    let mut list = Listing::default();
    for (id, source) in model.sources.iter().enumerate().filter(|(_, s)| s.span.file == file) {
        let kind = if source.rollup.is_some() { "rollup" } else { "source" };
        list.line(0, format_args!("{kind} {id} {}", source.name.name));
        for (id, column) in source.columns.iter().enumerate() {
            list.line(1, format_args!("column {id} {}", column.name));
        }
        for (id, link) in source.links.iter().enumerate() {
            list.line(1, format_args!("link {id} {}", link.name()));
        }
        for (id, measure) in source.measures.iter().enumerate() {
            list.line(1, format_args!("measure {id} {}", measure.name.name));
        }
    }
    for (id, dimension) in model.dimensions.iter().enumerate().filter(|(_, d)| d.span.file == file) {
        list.line(0, format_args!("dimension {id} {}", dimension.name.name));
    }
    for (id, parameter) in model.parameters.iter().enumerate().filter(|(_, p)| p.span.file == file) {
        list.line(0, format_args!("parameter {id} {}", parameter.name.name));
    }
    for (id, metric) in model.metrics.iter().enumerate().filter(|(_, m)| m.ast.span.file == file) {
        let current = if metric.current { ", current" } else { "" };
        list.line(0, format_args!("metric {id} {} v{}{current}", metric.ast.name.name, metric.version));
    }
    list.text
}

fn types(model: &CheckedModel, file: FileId) -> String {
    let mut list = Listing::default();
    for source in model.sources.iter().filter(|s| s.span.file == file) {
        list.line(0, format_args!("source {}", source.name));
        for column in &source.columns {
            let missing = if column.optional { ", or missing" } else { "" };
            list.line(1, format_args!("{}: {}{missing}", column.name, type_of(&column.ty)));
        }
        for measure in &source.measures {
            list.line(1, format_args!("measure {}: {}", measure.name, type_of(&measure.value.ty)));
        }
    }
    for dimension in model.dimensions.iter().filter(|d| d.span.file == file) {
        list.line(0, format_args!("dimension {}: {}", dimension.name, type_of(&dimension.ty)));
    }
    for parameter in model.parameters.iter().filter(|p| p.span.file == file) {
        list.line(0, format_args!("parameter {}: {}", parameter.name, type_of(&parameter.ty)));
    }
    for metric in model.metrics.iter().filter(|m| m.span.file == file) {
        list.line(
            0,
            format_args!("metric {}.v{}: {}", metric.name, metric.version, type_of(&metric.value.ty)),
        );
    }
    list.text
}

/// `USD/month, decimal(2)`
fn type_of(ty: &Type) -> String {
    match ty {
        Type::Number(n) if n.unit.is_none() => format!("{:?} number, {:?}", n.kind, n.repr).to_lowercase(),
        Type::Number(n) => format!("{}, {}", n.unit, format!("{:?}", n.repr).to_lowercase()),
        Type::Enum(list) => {
            let members: Vec<&str> = list.members.iter().map(|m| m.name.as_str()).collect();
            format!("one of ({})", members.join(", "))
        }
        other => format!("{other:?}").to_lowercase(),
    }
}

#[derive(Default)]
struct Listing {
    text: String,
}

impl Listing {
    fn line(&mut self, depth: usize, text: fmt::Arguments<'_>) {
        writeln!(self.text, "{:width$}{text}", "", width = depth * 2).expect("a String takes all");
    }
}
