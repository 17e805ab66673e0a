//! What is said of credentials that did not go along on a redirect.

use gatepass::Transcript;

use crate::output;

/// Says which credentials were not sent where redirects led, each once.
pub(super) fn stayed_behind(transcript: &Transcript) {
    let mut told = Vec::new();
    for leg in transcript.legs() {
        for withheld in leg.withheld() {
            let plain = if withheld.trusted {
                ", and goes over plain http to no other origin"
            } else {
                ""
            };
            let note = format!(
                "note: {} was not sent to {}: it belongs to {}{plain}.",
                withheld.what,
                leg.space(),
                withheld.belongs_to
            );
            if !told.contains(&note) {
                output::note(&note);
                told.push(note);
            }
        }
    }
}
