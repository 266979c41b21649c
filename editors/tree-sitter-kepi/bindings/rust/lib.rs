//! The grammar of Kepi for tree-sitter, with the queries that editors colour by.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_kepi() -> *const ();
}

/// For `tree_sitter::Language::new`.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_kepi) };
