//! What nothing uses: warnings, where it is certain that a declaration does nothing.

use super::checker::Checker;
use super::problems::Unused;
use super::{ColumnId, ColumnKind, LinkId, LinkRef, ParameterId, SourceId};
use crate::model::{self, Link};

/// Parameters and lets always; computed columns and links once there are metrics that could
/// use them. Only of a project without errors: what is broken may have been the use.
pub(super) fn report(checker: &mut Checker<'_>) {
    let lets = std::mem::take(&mut checker.used.no_lets);
    if checker.has_errors() || checker.model.has_broken() {
        return;
    }
    for name in lets {
        checker.problems.push(Unused { what: "let", name: name.name.clone(), span: name.span });
    }
    for (i, parameter) in checker.model.parameters.iter().enumerate() {
        if !checker.used.parameters.contains(&ParameterId::from_index(i)) {
            let name = &parameter.name;
            checker.problems.push(Unused { what: "parameter", name: name.name.clone(), span: name.span });
        }
    }
    if !checker.model.metrics.is_empty() {
        columns(checker);
        links(checker);
    }
}

fn columns(checker: &mut Checker<'_>) {
    for (s, source) in checker.model.sources.iter().enumerate() {
        let id = SourceId::from_index(s);
        for (i, column) in source.columns.iter().enumerate() {
            let column_id = ColumnId::from_index(i);
            let computed = matches!(column.kind, model::ColumnKind::Computed(_));
            let sound = !matches!(checker.out.sources[s].columns[i].ty, super::Type::Error);
            let row = matches!(
                checker.out.sources[s].columns[i].kind,
                ColumnKind::Computed(_) | ColumnKind::Aggregated(_)
            );
            if computed && row && sound && !checker.used.columns.contains(&(id, column_id)) {
                let name = column.name.to_string();
                checker.problems.push(Unused { what: "computed column", name, span: column.span });
            }
        }
    }
}

/// A link is of use where it is named, or where a dimension can be reached by it.
fn links(checker: &mut Checker<'_>) {
    let leads = leads_to_dimension(checker);
    links_of_keys(checker);
    for (s, source) in checker.model.sources.iter().enumerate() {
        for (i, link) in source.links.iter().enumerate() {
            let id = LinkRef { source: SourceId::from_index(s), link: LinkId::from_index(i) };
            let target = checker.out.link(id).target.index();
            let useful = leads.get(target).copied().unwrap_or(true) || checker.used.links.contains(&id);
            if let (Link::Declared(ast), false) = (link, useful) {
                let name = &ast.name;
                checker.problems.push(Unused { what: "link", name: name.name.clone(), span: name.span });
            }
        }
    }
}

/// A rollup has links of its key: whoever names one names that of the key.
fn links_of_keys(checker: &mut Checker<'_>) {
    let mut open: Vec<LinkRef> = checker.used.links.iter().copied().collect();
    while let Some(used) = open.pop() {
        let source = checker.model.source(used.source);
        let base = source.rollup.as_ref().and_then(|rollup| rollup.base);
        if let (Some(Link::OfBase { link, .. }), Some(base)) = (source.links.get(used.link.index()), base) {
            let of_base = LinkRef { source: base, link: *link };
            if checker.used.links.insert(of_base) {
                open.push(of_base);
            }
        }
    }
}

fn leads_to_dimension(checker: &Checker<'_>) -> Vec<bool> {
    let mut leads = vec![false; checker.out.sources.len()];
    for value in checker.out.dimensions.iter().flat_map(|d| &d.values) {
        leads[value.source.index()] = true;
    }
    // rollups are keyed by sources: what leads to a key is of use, too
    for source in &checker.out.sources {
        if let super::SourceKind::Rollup(rollup) = &source.kind
            && let Some(base) = leads.get_mut(rollup.base.index())
        {
            *base = true;
        }
    }
    loop {
        let by_link = |s: usize, leads: &[bool]| {
            checker.out.sources[s].links.iter().any(|l| leads.get(l.target.index()).copied().unwrap_or(false))
        };
        let more = (0..leads.len()).filter(|s| !leads[*s] && by_link(*s, &leads)).collect::<Vec<_>>();
        if more.is_empty() {
            return leads;
        }
        more.into_iter().for_each(|s| leads[s] = true);
    }
}
