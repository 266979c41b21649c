//! The declarations of a project as tables: names bound to ids.

mod settings;

pub use settings::Settings;
