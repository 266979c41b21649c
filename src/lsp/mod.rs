//! `kepi lsp`: what `ide` knows, in the words of the Language Server Protocol. The only
//! module that names its libraries.
//!
//! One thread reads messages, one answers them in the order in which they come. What is
//! wrong with a project is told when no message waits any more, so that fast typing costs
//! one check and not one a letter.

mod convert;
mod files;
mod position;
mod requests;
mod server;
mod transport;
mod uri;

use std::io::{BufRead, Write};

use jiff::civil::Date;
use lsp_server::Message;
use server::{Next, Server};
use transport::{Incoming, Outgoing, read};

/// Talks until the other side leaves. `true`: it said good-bye as it should.
/// `today`: the day by which what is deprecated from now on goes some day.
pub fn serve(input: impl BufRead + Send, output: impl Write, today: fn() -> Date) -> bool {
    std::thread::scope(|scope| {
        let (sender, receiver) = std::sync::mpsc::sync_channel::<Incoming>(256);
        scope.spawn(move || read(input, |message| sender.send(message).is_ok()));
        let mut server = Server::new(Outgoing::new(output), today);
        let end = loop {
            let next = match receiver.try_recv() {
                Ok(message) => Some(message),
                Err(_) => {
                    server.settle();
                    receiver.recv().ok()
                }
            };
            match next.map(|message| answer(&mut server, message)) {
                Some(Next::Go) => {}
                Some(Next::Exit(clean)) => break clean,
                None => break false,
            }
        };
        // what is still being read has nobody to go to
        drop(receiver);
        end
    })
}

fn answer<W: Write>(server: &mut Server<W>, message: Incoming) -> Next {
    match message {
        Incoming::Message(Message::Request(request)) => server.request(request),
        Incoming::Message(Message::Notification(notification)) => server.notification(notification),
        // to what we asked: whether watching was granted changes nothing
        Incoming::Message(Message::Response(_)) => Next::Go,
        Incoming::Garbage(why) => {
            server.out.parse_error(&why);
            Next::Go
        }
    }
}
