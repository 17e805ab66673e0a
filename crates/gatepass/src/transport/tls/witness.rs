//! What is seen during a handshake: the server's certificates, and whether it asked for ours.
//!
//! rustls calls back into a verifier and a resolver that all connections of the same settings share, and has to: a session
//! is taken up again only with the very same two. They are called while the handshake is polled, on the thread that polls
//! it, so a note goes to whoever polls on this thread.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;

use rustls::pki_types::CertificateDer;

thread_local! {
    static NOTES: RefCell<Option<Notes>> = const { RefCell::new(None) };
}

/// What was seen of one handshake.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// The certificates that the server sent, its own first.
    pub(super) chain: Vec<Vec<u8>>,
    /// Set when the server asked for the client's certificate.
    pub(super) asked: Option<Asked>,
}

/// The server's question for the client's certificate.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// Whose signature it has to bear.
    pub(super) authorities: Vec<String>,
    /// Whether one was sent.
    pub(super) sent: bool,
}

/// Carries a handshake out, and returns what was seen of it too.
pub(super) async fn attend<F: Future>(handshake: F) -> (F::Output, Notes) {
    let mut handshake = pin!(handshake);
    let mut notes = Some(Notes::default());
    let outcome = poll_fn(|cx| {
        NOTES.set(notes.take());
        let polled = handshake.as_mut().poll(cx);
        notes = NOTES.take();
        polled
    })
    .await;
    (outcome, notes.unwrap_or_default())
}

/// Notes the certificates of the server.
pub(super) fn note_chain(end_entity: &CertificateDer<'_>, others: &[CertificateDer<'_>]) {
    note(|notes| {
        notes.chain = std::iter::once(end_entity)
            .chain(others)
            .map(|certificate| certificate.to_vec())
            .collect();
    });
}

/// Notes the server's question.
pub(super) fn note_asked(asked: Asked) {
    note(|notes| notes.asked = Some(asked));
}

fn note(write: impl FnOnce(&mut Notes)) {
    NOTES.with_borrow_mut(|notes| {
        if let Some(notes) = notes {
            write(notes);
        }
    });
}
