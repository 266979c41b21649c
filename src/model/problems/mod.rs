//! What can be wrong with declarations before any expression is read: one file a message.

mod duplicate_name;
mod given_twice;
mod key_and_columns;
mod rollup_without_key;
mod two_bases;
mod unknown_name;
mod unknown_word;

pub use duplicate_name::DuplicateName;
pub use given_twice::GivenTwice;
pub use key_and_columns::KeyAndColumns;
pub use rollup_without_key::RollupWithoutKey;
pub use two_bases::TwoBases;
pub use unknown_name::UnknownName;
pub use unknown_word::UnknownWord;
