//! What can be wrong between a project and its lock file: one struct each, with its words.

mod acceptance;
mod bad_lock;
mod lock_conflict;
mod meaning_changed;
mod not_recorded;
mod version_removed;

pub use acceptance::{AcceptanceEnded, UselessAcceptance};
pub use bad_lock::{BadLock, OtherAlgorithm};
pub use lock_conflict::LockConflict;
pub use meaning_changed::MeaningChanged;
pub use not_recorded::NotRecorded;
pub use version_removed::VersionRemoved;
