//! What a person asks for, in words, and the same with every word resolved.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::fits::misfits;
use super::order::{Order, OrderBy};
use crate::calendar::{Grain, parse_range};
use crate::check::{self, CheckedModel, DimensionId, Expr, MetricId, Question};
use crate::diagnostic::{Diagnostic, Problems, nearest};
use crate::syntax;
use crate::text::Sources;

/// `METRICS [every G [last N]] [by D] [where P] [having P] [in A..B] [as_of D]`, in words.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Empty: all that can be run together.
    pub metrics: Vec<String>,
    pub every: Option<String>,
    pub by: Vec<String>,
    pub filter: Option<String>,
    pub having: Option<String>,
    pub from: Option<String>,
    pub to: Option<String>,
    pub last: Option<u32>,
    pub as_of: Option<Date>,
    /// `bookings desc, region`
    pub order_by: Option<String>,
    /// Only the first so many rows, of each period where there are dimensions.
    pub top: Option<u32>,
}

/// An ask that makes sense for the model.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub metrics: Vec<MetricId>,
    /// Computed beside the metrics, like the value of one; may look at dimensions. Where
    /// it cannot be asked at this grain or by these dimensions, it is missing.
    pub beside: Vec<Expr>,
    /// How many rows each metric is made of is counted, too.
    pub counts: bool,
    pub grain: Option<Grain>,
    pub by: Vec<DimensionId>,
    /// Over dimensions.
    pub filter: Option<Expr>,
    /// Over metrics and dimensions.
    pub having: Option<Expr>,
    pub from: Option<Date>,
    /// The first day after the range.
    pub to: Option<Date>,
    pub last: Option<u32>,
    pub as_of: Option<Date>,
    /// What comes first; then by period and dimensions.
    pub order: Vec<Order>,
    pub top: Option<u32>,
    /// Metrics that an ask for all leaves out, each with the reason.
    pub left_out: Vec<(String, String)>,
}

impl Request {
    /// What a test asks.
    pub fn of(question: &Question, as_of: Option<Date>) -> Request {
        let question = question.clone();
        Request {
            metrics: question.metrics,
            grain: question.grain,
            by: question.by,
            filter: question.filter,
            having: question.having,
            from: question.from,
            to: question.to,
            last: question.last,
            as_of: question.as_of.or(as_of),
            ..Request::default()
        }
    }
}

/// What is wrong with an ask. The files are the texts of `--where` and `--having`.
#[derive(Debug, Clone)]
pub struct AskError {
    pub diagnostics: Vec<Diagnostic>,
    pub sources: Sources,
}

pub fn resolve(model: &CheckedModel, ask: &Ask) -> Result<Request, AskError> {
    let mut resolver = Resolver { model, problems: Problems::default(), sources: Sources::default() };
    match resolver.request(ask) {
        Some(request) if !resolver.problems.has_errors() => Ok(request),
        _ => Err(AskError { diagnostics: resolver.problems.sorted(), sources: resolver.sources }),
    }
}

/// The text of `--where` alone, checked.
pub fn filter(model: &CheckedModel, text: &str) -> Result<Expr, AskError> {
    let mut resolver = Resolver { model, problems: Problems::default(), sources: Sources::default() };
    let found = resolver.expression("--where", &Some(text.to_string()), check::check_where);
    found.ok_or_else(|| AskError { diagnostics: resolver.problems.sorted(), sources: resolver.sources })
}

pub(super) struct Resolver<'a> {
    pub(super) model: &'a CheckedModel,
    pub(super) problems: Problems,
    sources: Sources,
}

impl Resolver<'_> {
    fn request(&mut self, ask: &Ask) -> Option<Request> {
        let filter = self.expression("--where", &ask.filter, check::check_where);
        let having = self.expression("--having", &ask.having, check::check_having);
        let (from, to) = self.range(ask);
        let grain = ask.every.as_deref().map(|name| self.grain(name));
        let by: Vec<_> = ask.by.iter().map(|name| self.dimension(name)).collect();
        let named = self.metrics(&ask.metrics);
        // a word that is not known makes what follows from it pointless to say
        let grain = match grain {
            Some(grain) => Some(grain?),
            None => None,
        };
        let mut by = by.into_iter().collect::<Option<Vec<_>>>()?;
        let mut known = BTreeSet::new();
        by.retain(|dimension| known.insert(*dimension));
        let mut request = Request {
            metrics: named?,
            grain,
            by,
            filter,
            having,
            from,
            to,
            last: ask.last,
            as_of: ask.as_of,
            top: ask.top,
            ..Request::default()
        };
        if ask.metrics.is_empty() {
            self.add_all(&mut request);
        }
        request.order = self.order(ask, &request);
        let mut read = request.metrics.clone();
        read.extend(request.order.iter().filter_map(|o| match o.by {
            OrderBy::Metric(id) if !request.metrics.contains(&id) => Some(id),
            _ => None,
        }));
        let having = request.having.as_ref();
        let having = having.and_then(|having| check::having_problem(self.model, having, &request.by));
        having.into_iter().for_each(|problem| self.problems.add(problem));
        for metric in read {
            misfits(self.model, metric, &request).into_iter().for_each(|p| self.problems.add(p));
        }
        Some(request)
    }

    pub(super) fn unknown(&mut self, what: &str, word: &str, known: Vec<&str>, list: &str) {
        let diagnostic = Diagnostic::error("unknown-name", format!("there is no {what} `{word}`"));
        self.problems.add(match nearest(word, known.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => diagnostic.help(format!("the project has no {list}")),
            None => diagnostic.help(format!("{list}: {}", shortened(&known))),
        });
    }

    fn metrics(&mut self, names: &[String]) -> Option<Vec<MetricId>> {
        let mut found = Vec::new();
        let mut all = true;
        for name in names {
            match self.model.find_metric(name) {
                // asked twice, shown once
                Some(id) if found.contains(&id) => {}
                Some(id) => found.push(id),
                None => {
                    all = false;
                    self.unknown_metric(name);
                }
            }
        }
        all.then_some(found)
    }

    fn unknown_metric(&mut self, name: &str) {
        let model = self.model;
        if let Some(help) = self.versions_of(name) {
            return self
                .problems
                .add(Diagnostic::error("unknown-name", format!("there is no metric `{name}`")).help(&help));
        }
        let known = model.metrics.iter().filter(|m| m.current).map(|m| m.name.as_str());
        self.unknown("metric", name, known.collect(), "metrics");
    }

    /// Where only the version is wrong, the ones there are.
    fn versions_of(&self, name: &str) -> Option<String> {
        let (bare, _) = name.rsplit_once(".v")?;
        let versions = self.model.metrics.iter().filter(|m| m.name == bare);
        let versions: Vec<String> = versions.map(|m| format!("{bare}.v{}", m.version)).collect();
        (!versions.is_empty()).then(|| format!("its versions: {}", versions.join(", ")))
    }

    fn dimension(&mut self, name: &str) -> Option<DimensionId> {
        let found = self.model.find_dimension(name);
        if found.is_none() && check::grain::find(self.model, name).is_some() {
            let message = format!("there is no dimension `{name}`");
            let help = format!("`--every {name}` puts rows into periods");
            self.problems.add(Diagnostic::error("unknown-name", message).help(help));
        } else if found.is_none() {
            let known = self.model.dimensions.iter().map(|d| d.name.as_str()).collect();
            self.unknown("dimension", name, known, "dimensions");
        }
        found
    }

    fn grain(&mut self, name: &str) -> Option<Grain> {
        if let Some(grain) = check::grain::find(self.model, name) {
            return Some(grain);
        }
        let known = check::grain::names(self.model);
        self.unknown("grain", name, known.iter().map(String::as_str).collect(), "grains");
        None
    }

    /// The first day of the range, and the day after its last.
    fn range(&mut self, ask: &Ask) -> (Option<Date>, Option<Date>) {
        let grain = ask.every.as_deref().and_then(|name| check::grain::find(self.model, name));
        let from = self.date("--from", &ask.from, grain.as_ref()).map(|(first, _)| first);
        let to = self.date("--to", &ask.to, grain.as_ref()).map(|(_, end)| end);
        if from.zip(to).is_some_and(|(from, to)| from >= to) {
            self.problems.add(
                Diagnostic::error("bad-range", "the range ends before it begins")
                    .help("swap --from and --to"),
            );
        }
        if ask.last == Some(0) {
            let help = "write --last 1 for the newest period";
            self.problems.add(Diagnostic::error("bad-range", "--last 0 asks for no period").help(help));
        }
        if ask.last.is_some() && ask.every.is_none() {
            let help = "add --every month, or another grain";
            self.problems
                .add(Diagnostic::error("no-grain", "--last counts periods, and there are none").help(help));
        }
        if ask.last.is_some() && from.is_some() {
            let help = "leave out one of them";
            self.problems.add(
                Diagnostic::error("bad-range", "--from and --last both say where the range begins")
                    .help(help),
            );
        }
        (from, to)
    }

    fn date(&mut self, flag: &str, text: &Option<String>, grain: Option<&Grain>) -> Option<(Date, Date)> {
        let text = text.as_deref()?;
        let calendar = self.model.calendar();
        let found = parse_range(text).or_else(|| calendar.named(grain?, text));
        if found.is_none() {
            let help = "write a day, month, quarter or year, such as 2026-01-31, 2026-01, 2026-Q1 or 2026, or the name of a period of --every";
            self.problems
                .add(Diagnostic::error("bad-date", format!("{flag} `{text}` is no date")).help(help));
        }
        found
    }

    fn expression(
        &mut self,
        flag: &str,
        text: &Option<String>,
        check: fn(&CheckedModel, &syntax::ast::Expr) -> (Option<Expr>, Problems),
    ) -> Option<Expr> {
        let id = self.sources.add(flag, text.as_deref()?);
        let (parsed, problems) = syntax::parse_expression(self.sources.get(id));
        self.problems.extend(problems);
        let (checked, problems) = check(self.model, &parsed?);
        self.problems.extend(problems);
        checked
    }

    /// The current versions of all metrics that fit the grain and dimensions asked.
    fn add_all(&mut self, request: &mut Request) {
        for (index, metric) in self.model.metrics.iter().enumerate().filter(|(_, m)| m.current) {
            let id = MetricId(index as u32);
            match misfits(self.model, id, request).into_iter().next() {
                None => request.metrics.push(id),
                Some(problem) => request.left_out.push((metric.name.clone(), problem.message)),
            }
        }
        if request.metrics.is_empty() {
            let message = match self.model.metrics.is_empty() {
                true => "the project has no metric",
                false => "no metric of the project can be run this way",
            };
            self.problems
                .add(Diagnostic::error("no-metric", message).help("ask for one by its name to see why"));
        }
    }
}

fn shortened(words: &[&str]) -> String {
    const MOST: usize = 12;
    let mut text = words.iter().take(MOST).copied().collect::<Vec<_>>().join(", ");
    if words.len() > MOST {
        text.push_str(&format!(" and {} more", words.len() - MOST));
    }
    text
}
