//! Ids: places in the tables of a project, given out by `model` and kept by all
//! that follows.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
        impl $name {
            pub fn index(self) -> usize { self.0 as usize }

            pub(crate) fn from_index(index: usize) -> $name { $name(index as u32) }
        }
    )+};
}

ids! {
    /// A source or rollup.
    SourceId,
    /// An index into the columns of its source.
    ColumnId,
    /// An index into the links of its source.
    LinkId,
    /// An index into the measures of its source.
    MeasureId,
    DimensionId,
    /// One version of a metric.
    MetricId,
    ParameterId
}
