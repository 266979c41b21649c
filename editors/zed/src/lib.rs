//! Starts `kepi lsp` for Zed. Everything else is in the server.

use zed_extension_api::{self as zed, Command, LanguageServerId, Result, Worktree};

struct Kepi;

impl zed::Extension for Kepi {
    fn new() -> Self {
        Kepi
    }

    fn language_server_command(&mut self, _: &LanguageServerId, worktree: &Worktree) -> Result<Command> {
        let command = worktree.which("kepi").ok_or("`kepi` is not on the path")?;
        Ok(Command { command, args: vec!["lsp".to_string()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Kepi);
