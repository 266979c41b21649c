//! A query in Kepi's own words: what is read, how it is counted, what is made of it.

use std::fmt;

use super::ir::{CubeKey, Placement, Query, Scan, Shape, Slot, SlotFunction, SortOf, Top};
use crate::check::{CheckedModel, ColumnRef, Expr, Length, Window, expression};

/// What `kepi plan` prints.
pub fn display<'a>(model: &'a CheckedModel, query: &'a Query) -> impl fmt::Display + 'a {
    Shown { model, query }
}

struct Shown<'a> {
    model: &'a CheckedModel,
    query: &'a Query,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.periods(f)?;
        for (source, rollup) in &self.query.rollups {
            writeln!(f, "rows of {}", self.model.source(*source).name)?;
            let rows = display(self.model, rollup).to_string();
            rows.lines().try_for_each(|line| writeln!(f, "  {line}"))?;
        }
        for scan in &self.query.scans {
            self.scan(f, scan)?;
        }
        for shifted in &self.query.shifted {
            writeln!(f, "slot {} = slot {}, {}", shifted.id, shifted.of, self.steps(shifted.by))?;
        }
        for rank in &self.query.ranks {
            let over = &self.query.dimensions[rank.group].name;
            writeln!(f, "slot {} = rank of {} over {over}", rank.id, self.expr(&rank.value))?;
        }
        writeln!(f, "answer")?;
        for output in &self.query.outputs {
            writeln!(f, "  {} = {}", output.name, self.expr(&output.value))?;
        }
        if let Some(having) = &self.query.having {
            writeln!(f, "  having {}", self.expr(having))?;
        }
        self.order(f)
    }
}

impl Shown<'_> {
    fn order(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for key in &self.query.order {
            let of = match &key.of {
                SortOf::Period => "period".to_string(),
                SortOf::Group(group) => self.query.dimensions[*group].name.clone(),
                SortOf::Value(value) => self.expr(value),
            };
            writeln!(f, "  ordered by {of}{}", if key.descending { ", the greatest first" } else { "" })?;
        }
        match self.query.top {
            Some(Top { number, of_each_period: true }) => writeln!(f, "  the first {number} of each period"),
            Some(Top { number, .. }) => writeln!(f, "  the first {number}"),
            None => Ok(()),
        }
    }

    fn expr(&self, expr: &Expr) -> String {
        expression(self.model, expr)
    }

    fn periods(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(as_of) = self.query.as_of {
            writeln!(f, "as of {as_of}")?;
        }
        if let (Some(grain), Some(first), Some(last)) =
            (&self.query.grain, self.query.periods.first(), self.query.periods.last())
        {
            writeln!(f, "every {grain} from {} to {}", first.label, last.label)?;
        }
        Ok(())
    }

    fn scan(&self, f: &mut fmt::Formatter<'_>, scan: &Scan) -> fmt::Result {
        writeln!(f, "scan {}", self.model.source(scan.source).name)?;
        writeln!(f, "  rows {}", self.placement(&scan.placement))?;
        for (dimension, group) in self.query.dimensions.iter().zip(&scan.dimensions) {
            match group {
                Some(group) => writeln!(f, "  by {} = {}", dimension.name, self.expr(group))?,
                None => writeln!(f, "  of all {} together", dimension.name)?,
            }
        }
        for filter in &scan.filters {
            writeln!(f, "  where {}", self.expr(filter))?;
        }
        match &scan.shape {
            Shape::Filter => writeln!(f, "  counted in one grouping: {}", scan.reason)?,
            Shape::Once => writeln!(f, "  counted once for all periods: {}", scan.reason)?,
            Shape::Events => {
                writeln!(f, "  added where rows begin, taken away where they end: {}", scan.reason)?;
            }
            Shape::Kept => writeln!(f, "  rows kept once, each period looks at its own: {}", scan.reason)?,
            Shape::Sets => writeln!(f, "  values first, each with the set of its periods: {}", scan.reason)?,
            Shape::Cube(keys) => {
                let key = |k: &CubeKey| match &k.classes {
                    Some(classes) => {
                        format!("{} (of {} values)", self.expr(&classes.text), classes.known.len())
                    }
                    None => self.expr(&k.value),
                };
                let mut by: Vec<String> = keys.iter().map(key).collect();
                if scan.placement.spreads() {
                    by.insert(0, "the periods a row counts in".into());
                }
                writeln!(f, "  grouped first by {}: {}", by.join(", "), scan.reason)?;
            }
        }
        scan.slots.iter().try_for_each(|slot| writeln!(f, "  {}", self.slot(slot)))
    }

    fn placement(&self, placement: &Placement) -> String {
        match placement {
            Placement::Always => "in every period".into(),
            Placement::Own => "each in its own period".into(),
            Placement::Dated { date, window } => {
                format!("by {}, {}", self.column(date), window_words(window))
            }
            Placement::InForce { from, to, window } => {
                format!(
                    "in force from {} to {}, {}",
                    self.column(from),
                    self.column(to),
                    window_words(window)
                )
            }
            Placement::Picture { taken, valid, window } => {
                let picture = format!("of the last picture by {}", self.column(taken));
                let valid = valid.iter().map(|(from, to)| {
                    format!(", in force from {} to {}", self.column(from), self.column(to))
                });
                let valid: String = valid.collect();
                format!("{picture}{valid}, {}", window_words(window))
            }
        }
    }

    fn steps(&self, by: usize) -> String {
        let steps = self.query.moves[by].steps.iter().map(|step| match step {
            None => "a period earlier".to_string(),
            Some(Length::Days(n)) => format!("{n} days earlier"),
            Some(Length::Months(n)) => format!("{n} months earlier"),
            Some(Length::Seconds(n)) => format!("{n} seconds earlier"),
        });
        steps.collect::<Vec<_>>().join(", ")
    }

    fn column(&self, column: &ColumnRef) -> String {
        let links = column.links.iter().map(|l| self.model.link(*l).name.as_str());
        links.chain([self.model.column(column).name.as_str()]).collect::<Vec<_>>().join(".")
    }

    fn slot(&self, slot: &Slot) -> String {
        let arg = slot.args.first().map_or("*".into(), |a| self.expr(a));
        let second = slot.args.get(1).map(|a| self.expr(a)).unwrap_or_default();
        let function = match slot.function {
            SlotFunction::Count => format!("count({arg})"),
            SlotFunction::CountDistinct => format!("count(distinct {arg})"),
            SlotFunction::Sum => format!("sum({arg})"),
            SlotFunction::Min => format!("min({arg})"),
            SlotFunction::Max => format!("max({arg})"),
            SlotFunction::Percentile(p) => format!("percentile({p}, {arg})"),
            SlotFunction::Stddev => format!("stddev({arg})"),
            SlotFunction::First => format!("first({arg}) by {second}"),
            SlotFunction::Last => format!("last({arg}) by {second}"),
            SlotFunction::Correlation => format!("correlation({arg}, {second})"),
            SlotFunction::TopShare(part) => format!("top_share({part}, {arg})"),
        };
        let filter = slot.filter.as_ref().map(|f| format!(" where {}", self.expr(f))).unwrap_or_default();
        format!("slot {} = {function}{filter}", slot.id)
    }
}

fn window_words(window: &Window) -> String {
    match window {
        Window::Period => "each in its period".into(),
        Window::Trailing(Length::Days(days)) => format!("trailing {days} days"),
        Window::Trailing(Length::Months(months)) => format!("trailing {months} months"),
        Window::Trailing(Length::Seconds(seconds)) => format!("trailing {seconds} seconds"),
        Window::ToDate(Some(grain)) => format!("{grain} to date"),
        Window::ToDate(None) => "all to date".into(),
        Window::AtEnd => "at the period's end".into(),
        Window::AtStart => "at the period's start".into(),
        Window::During => "during the period".into(),
        Window::Ever => "ever".into(),
    }
}
