//! Messages in their frames. What is no message is told and left out: it ends nothing.

use std::io::{BufRead, Read, Write};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

#[derive(Debug)]
pub enum Incoming {
    Message(Message),
    /// Why it could not be read.
    Garbage(String),
}

/// No message is longer: a file of definitions has one megabyte.
const LONGEST: usize = 64 << 20;

/// Hands on message after message until the input ends or nobody takes them.
pub fn read(mut input: impl BufRead, mut hand_on: impl FnMut(Incoming) -> bool) {
    while let Some(length) = frame(&mut input) {
        let incoming = match length {
            Ok(length) => match body(&mut input, length) {
                Some(bytes) => message(&bytes),
                None => return,
            },
            Err(why) => Incoming::Garbage(why),
        };
        let last = matches!(&incoming, Incoming::Message(Message::Notification(n)) if n.method == "exit");
        if !hand_on(incoming) || last {
            return;
        }
    }
}

/// The length in the next header; `None` at the end of the input.
fn frame(input: &mut impl BufRead) -> Option<Result<usize, String>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        let read = input.by_ref().take(8_192).read_until(b'\n', &mut line).ok()?;
        if read == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            match length {
                Some(length) if length <= LONGEST => return Some(Ok(length)),
                Some(length) => return Some(Err(format!("a message of {length} bytes is too long"))),
                None => continue,
            }
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}

fn body(input: &mut impl BufRead, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    input.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn message(bytes: &[u8]) -> Incoming {
    match serde_json::from_slice(bytes) {
        Ok(message) => Incoming::Message(message),
        Err(error) => Incoming::Garbage(format!("not a message: {error}")),
    }
}

/// Where answers go. A reader that has gone ends the conversation by itself.
pub struct Outgoing<W> {
    output: W,
    asked: i32,
}

impl<W: Write> Outgoing<W> {
    pub fn new(output: W) -> Outgoing<W> {
        Outgoing { output, asked: 0 }
    }

    pub fn answer(&mut self, id: RequestId, result: Result<Value, (ErrorCode, String)>) {
        self.send(Message::Response(match result {
            Ok(value) => Response::new_ok(id, value),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        }));
    }

    pub fn notify(&mut self, method: &str, params: impl serde::Serialize) {
        self.send(Message::Notification(Notification::new(method.to_string(), params)));
    }

    pub fn ask(&mut self, method: &str, params: impl serde::Serialize) {
        self.asked += 1;
        self.send(Message::Request(Request::new(self.asked.into(), method.to_string(), params)));
    }

    /// To nobody in particular: what could not be read has no id.
    pub fn parse_error(&mut self, why: &str) {
        let error = json!({ "code": ErrorCode::ParseError as i32, "message": why });
        let body = json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
        let _ = write!(self.output, "Content-Length: {}\r\n\r\n{body}", body.len());
        let _ = self.output.flush();
    }

    fn send(&mut self, message: Message) {
        let _ = message.write(&mut self.output);
        let _ = self.output.flush();
    }
}
