//! Thresholds that stand apart, bound to the metric that they are about: the current
//! version, or the one that is named.

use super::{MetricId, Model, Thing, Thresholds, UnknownName};
use crate::diagnostic::{Problems, nearest};
use crate::syntax::ast::{self, Decl};

pub(super) fn resolve<'a>(model: &mut Model<'a>, files: &'a [ast::File], problems: &mut Problems) {
    for decl in files.iter().flat_map(|f| &f.decls) {
        let Decl::Thresholds(thresholds) = decl else { continue };
        match metric(model, &thresholds.metric) {
            Ok(metric) => model.thresholds.push(Thresholds { ast: thresholds, metric }),
            Err(problem) => problem.into_iter().for_each(|problem| problems.push(problem)),
        }
    }
}

/// The metric that a path names; `Err(None)`: its declaration does not parse.
pub(crate) fn metric(model: &Model<'_>, path: &ast::Path) -> Result<MetricId, Option<UnknownName>> {
    let name = &path.parts[0];
    let unknown = |what: &str, at: &ast::Ident, near: Option<String>, help: Option<String>| {
        let (what, name) = (what.to_string(), at.name.clone());
        Err(Some(UnknownName { what, name, span: at.span, near, help }))
    };
    if model.is_broken(&name.name) {
        return Err(None);
    }
    let Some(Thing::Metric(current)) = model.find(&name.name) else {
        let metrics = model.things().filter(|(_, thing)| matches!(thing, Thing::Metric(_)));
        let near = nearest(&name.name, metrics.map(|(name, _)| name)).map(str::to_string);
        return unknown("metric", name, near, None);
    };
    let Some(second) = path.parts.get(1) else { return Ok(current) };
    let number = second.name.strip_prefix('v').and_then(|v| v.parse::<u32>().ok());
    let found = model.versions(&name.name).iter().find(|id| Some(model.metric(**id).version) == number);
    match found.filter(|_| path.parts.len() == 2) {
        Some(id) => Ok(*id),
        None => {
            let versions = model.versions(&name.name).iter();
            let versions = versions.map(|id| format!("`{}.v{}`", name.name, model.metric(*id).version));
            let help = format!("there is {}", versions.collect::<Vec<_>>().join(", "));
            unknown(&format!("version of `{}`", name.name), second, None, Some(help))
        }
    }
}
