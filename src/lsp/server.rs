//! The conversation: what comes in, by its name, and what is told without being asked.

use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use jiff::civil::Date;
use lsp_server::{ErrorCode, Notification, Request};
use lsp_types as lsp;
use lsp_types::notification::Notification as _;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::convert::{self, Abilities};
use super::files::Workspaces;
use super::requests;
use super::transport::Outgoing;
use super::{position, uri};
use crate::text::{FileId, SourceFile};

pub struct Server<W> {
    pub out: Outgoing<W>,
    pub workspaces: Workspaces,
    pub abilities: Abilities,
    pub today: fn() -> Date,
    /// By address: what is on the screen.
    documents: BTreeMap<PathBuf, SourceFile>,
    started: bool,
    /// `shutdown` was asked for.
    leaving: bool,
    watches: bool,
}

pub enum Next {
    Go,
    /// Whether the other side said good-bye first.
    Exit(bool),
}

pub type Answer = Result<Value, (ErrorCode, String)>;

impl<W: Write> Server<W> {
    pub fn new(out: Outgoing<W>, today: fn() -> Date) -> Server<W> {
        Server {
            out,
            workspaces: Workspaces::default(),
            abilities: Abilities::default(),
            today,
            documents: BTreeMap::new(),
            started: false,
            leaving: false,
            watches: false,
        }
    }

    // ------------------------------------------------------------ requests

    pub fn request(&mut self, request: Request) -> Next {
        let Request { id, method, params } = request;
        let answer = match method.as_str() {
            "initialize" => self.initialize(params),
            _ if !self.started => {
                Err((ErrorCode::ServerNotInitialized, "`initialize` comes first".to_string()))
            }
            "shutdown" => {
                self.leaving = true;
                Ok(Value::Null)
            }
            _ if self.leaving => Err((ErrorCode::InvalidRequest, "`shutdown` was asked for".to_string())),
            _ => {
                // a mistake of ours costs one answer, not the conversation
                let answered = catch_unwind(AssertUnwindSafe(|| requests::answer(self, &method, params)));
                answered.unwrap_or_else(|_| Err((ErrorCode::InternalError, format!("a bug in `{method}`"))))
            }
        };
        self.out.answer(id, answer);
        Next::Go
    }

    fn initialize(&mut self, params: Value) -> Answer {
        let params: lsp::InitializeParams = parse(params)?;
        self.abilities = Abilities::of(&params.capabilities);
        let workspace = params.capabilities.workspace.as_ref();
        let watching = workspace.and_then(|w| w.did_change_watched_files.as_ref());
        self.watches = watching.and_then(|w| w.dynamic_registration).unwrap_or(false);
        #[expect(deprecated, reason = "older editors name one folder only")]
        let single = params.root_uri.iter();
        let folders = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        for folder in folders.chain(single).filter_map(uri::path) {
            self.workspaces.add_folder(&folder);
        }
        self.started = true;
        let info = json!({ "name": "kepi", "version": env!("CARGO_PKG_VERSION") });
        Ok(json!({ "capabilities": convert::capabilities(), "serverInfo": info }))
    }

    // ------------------------------------------------------------ notifications

    pub fn notification(&mut self, notification: Notification) -> Next {
        let Notification { method, params } = notification;
        if method == "exit" {
            return Next::Exit(self.leaving);
        }
        if self.started {
            // nobody waits for an answer: what cannot be understood is left out
            let _ = catch_unwind(AssertUnwindSafe(|| self.told(&method, params)));
        }
        Next::Go
    }

    fn told(&mut self, method: &str, params: Value) -> Option<()> {
        match method {
            lsp::notification::Initialized::METHOD => self.watch(),
            lsp::notification::DidOpenTextDocument::METHOD => {
                let params: lsp::DidOpenTextDocumentParams = parse(params).ok()?;
                self.set_text(uri::path(&params.text_document.uri)?, params.text_document.text);
            }
            lsp::notification::DidChangeTextDocument::METHOD => {
                let params: lsp::DidChangeTextDocumentParams = parse(params).ok()?;
                let path = uri::path(&params.text_document.uri)?;
                let mut file = self.documents.remove(&path)?;
                for change in params.content_changes {
                    file = changed(file, change);
                }
                self.set_text(path, file.text);
            }
            lsp::notification::DidCloseTextDocument::METHOD => {
                let params: lsp::DidCloseTextDocumentParams = parse(params).ok()?;
                let path = uri::path(&params.text_document.uri)?;
                self.documents.remove(&path);
                self.workspaces.close(&path);
            }
            lsp::notification::DidSaveTextDocument::METHOD => {
                let params: lsp::DidSaveTextDocumentParams = parse(params).ok()?;
                self.saved(&uri::path(&params.text_document.uri)?);
            }
            lsp::notification::DidChangeWatchedFiles::METHOD => {
                let params: lsp::DidChangeWatchedFilesParams = parse(params).ok()?;
                for path in params.changes.iter().filter_map(|change| uri::path(&change.uri)) {
                    self.saved(&path);
                }
            }
            lsp::notification::DidChangeWorkspaceFolders::METHOD => {
                let params: lsp::DidChangeWorkspaceFoldersParams = parse(params).ok()?;
                for folder in params.event.added.iter().filter_map(|folder| uri::path(&folder.uri)) {
                    self.workspaces.add_folder(&folder);
                }
            }
            _ => {}
        }
        Some(())
    }

    fn set_text(&mut self, path: PathBuf, text: String) {
        self.documents.insert(path.clone(), SourceFile::new(FileId(0), "", text.as_str()));
        self.workspaces.set_text(&path, text);
    }

    /// Of an open document nothing new is in its file.
    fn saved(&mut self, path: &std::path::Path) {
        if !self.documents.contains_key(path) {
            self.workspaces.changed_on_disk(path);
        }
    }

    /// Asks to be told of files that change while no editor shows them.
    fn watch(&mut self) {
        if !self.watches {
            return;
        }
        let watchers = json!([{ "globPattern": "**/*.kpi" }, { "globPattern": "**/kepi.toml" }]);
        let registration = json!({
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        });
        self.out.ask("client/registerCapability", json!({ "registrations": [registration] }));
    }

    // ------------------------------------------------------------ problems

    /// Tells what is wrong with the projects that have changed.
    pub fn settle(&mut self) {
        for workspace in self.workspaces.all.values_mut().filter(|workspace| workspace.untold) {
            workspace.untold = false;
            let found = catch_unwind(AssertUnwindSafe(|| convert::problems(workspace)));
            let Ok(found) = found else { continue };
            let gone = workspace.told.iter().filter(|path| !found.contains_key(*path));
            let gone: Vec<_> = gone.map(|path| (path.clone(), Vec::new())).collect();
            workspace.told = found.keys().cloned().collect();
            for (path, diagnostics) in found.into_iter().chain(gone) {
                let Some(uri) = uri::uri(&path) else { continue };
                let params = lsp::PublishDiagnosticsParams { uri, diagnostics, version: None };
                self.out.notify(lsp::notification::PublishDiagnostics::METHOD, params);
            }
        }
    }
}

pub fn parse<T: DeserializeOwned>(params: Value) -> Result<T, (ErrorCode, String)> {
    serde_json::from_value(params).map_err(|error| (ErrorCode::InvalidParams, error.to_string()))
}

/// The text after one change of it.
fn changed(file: SourceFile, change: lsp::TextDocumentContentChangeEvent) -> SourceFile {
    let Some(range) = change.range else { return SourceFile::new(file.id, "", change.text) };
    let start = position::offset(&file, range.start) as usize;
    let end = (position::offset(&file, range.end) as usize).max(start);
    let text = [&file.text[..start], &change.text, &file.text[end..]].concat();
    SourceFile::new(file.id, "", text)
}
