//! Compiles the parser that `grammar.js` was generated into.

fn main() {
    let parser = "src/parser.c";
    cc::Build::new().std("c11").include("src").file(parser).warnings(false).compile("tree-sitter-kepi");
    println!("cargo:rerun-if-changed={parser}");
}
