//! What the data has to keep to, so that no row is counted twice: asked of it before a
//! query runs.

use crate::check::{CheckedModel, ColumnId, Keep, Link, LinkTime, Source, SourceId};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Rows are joined to the source by its key: only one has it.
    OneOfKey { source: SourceId },
    /// `keep latest`: of the rows of one key only one is the latest.
    OneLatest { source: SourceId, by: ColumnId },
    /// A link `at c`: of the rows with these values one at a time is in force.
    OneInForce { source: SourceId, key: Vec<ColumnId>, from: ColumnId, to: ColumnId },
    /// A link `latest before c`: of the rows with these values no two have the same time.
    OneAtATime { source: SourceId, key: Vec<ColumnId>, time: ColumnId },
}

impl Promise {
    /// What the data has to keep to where this link is followed.
    pub fn of_link(model: &CheckedModel, link: &Link) -> Option<Promise> {
        let (source, there) = (link.target, model.source(link.target));
        let key = there.key.iter().copied().take(link.via.len()).collect();
        match link.time {
            LinkTime::Always => Promise::of_key(model, source),
            LinkTime::At(_) => {
                let (from, to) = there.valid?;
                Some(Promise::OneInForce { source, key, from, to })
            }
            LinkTime::LatestBefore { .. } => {
                let time = there.time.as_ref()?.column;
                Some(Promise::OneAtATime { source, key, time })
            }
        }
    }

    /// Where rows are found by the key of the source; the latest of each is promised already.
    pub fn of_key(model: &CheckedModel, source: SourceId) -> Option<Promise> {
        match model.source(source).keep {
            Some(Keep::Latest(_)) => Promise::of_rows(model, source),
            _ => Some(Promise::OneOfKey { source }),
        }
    }

    /// What the key says of the source itself, where nothing links to it: that no row is there
    /// twice. Of one key there may be rows of different times.
    pub fn of_itself(model: &CheckedModel, source: SourceId) -> Option<Promise> {
        let declared = model.source(source);
        if declared.key.is_empty() {
            return None;
        }
        let time = declared.snapshot.or(declared.time.as_ref().map(|t| t.column));
        let key = declared.key.clone();
        match (&declared.keep, time.or(declared.valid.map(|(from, _)| from))) {
            (None | Some(Keep::Distinct), Some(time)) => Some(Promise::OneAtATime { source, key, time }),
            _ => Promise::of_key(model, source),
        }
    }

    /// Where the rows of the source are read at all.
    pub fn of_rows(model: &CheckedModel, source: SourceId) -> Option<Promise> {
        match model.source(source).keep {
            Some(Keep::Latest(by)) => Some(Promise::OneLatest { source, by }),
            _ => None,
        }
    }

    pub fn source(&self) -> SourceId {
        match self {
            Promise::OneOfKey { source }
            | Promise::OneLatest { source, .. }
            | Promise::OneInForce { source, .. }
            | Promise::OneAtATime { source, .. } => *source,
        }
    }

    /// What a break of the promise is told by.
    pub fn columns(&self, model: &CheckedModel) -> Vec<ColumnId> {
        let declared: &Source = model.source(self.source());
        match self {
            Promise::OneOfKey { .. } => declared.key.clone(),
            Promise::OneLatest { by, .. } => declared.key.iter().copied().chain([*by]).collect(),
            // the time may be a part of the key
            Promise::OneAtATime { key, time, .. } if key.contains(time) => key.clone(),
            Promise::OneInForce { key, .. } => key.clone(),
            Promise::OneAtATime { key, time, .. } => key.iter().copied().chain([*time]).collect(),
        }
    }
}
