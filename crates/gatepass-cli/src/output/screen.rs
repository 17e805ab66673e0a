//! The body of a response on a terminal: laid out where it is short, streamed where it is long, and never obeyed.
//!
//! No more than [`READABLE`] bytes are held. What follows is shown as it comes, a line break or a whole character at its end.

use crate::error::Failure;
use crate::output::body::{Reading, is_binary};
use crate::output::sink::Sink;

/// From this size on, a body is passed on as it comes: nobody reads so much, and laying it out takes memory.
pub(crate) const READABLE: usize = 16 * 1024 * 1024;

/// How many bytes of a binary body are shown.
const GLIMPSE: usize = 64;

/// A body that is being shown.
pub(crate) struct Screen {
    reading: Reading,
    content_type: Option<String>,
    by_line: bool,
    held: Vec<u8>,
    /// Whether more came than is laid out, so that the rest is shown as it comes.
    passing: bool,
    /// How many bytes have come, where they are binary: they are counted and not shown.
    binary: Option<Binary>,
}

struct Binary {
    start: Vec<u8>,
    size: u64,
}

impl Screen {
    /// Prepares for a body of this type. `by_line` shows each line when it is there.
    pub(crate) fn new(reading: Reading, content_type: Option<String>, by_line: bool) -> Self {
        Self {
            reading,
            content_type,
            by_line,
            held: Vec::new(),
            passing: reading.is_raw(),
            binary: None,
        }
    }

    /// Takes what has come.
    ///
    /// # Errors
    /// [`Failure`] where it cannot be written.
    pub(crate) fn take(&mut self, chunk: &[u8], sink: &mut Sink) -> Result<(), Failure> {
        if let Some(binary) = &mut self.binary {
            binary.size += chunk.len() as u64;
            return Ok(());
        }
        if self.passing && !self.reading.terminal {
            return sink.write(chunk);
        }
        self.held.extend_from_slice(chunk);
        if self.reading.terminal && self.turns_binary(chunk) {
            return Ok(());
        }
        if self.by_line || self.passing {
            return self.pass(sink);
        }
        if self.held.len() <= READABLE {
            return Ok(());
        }
        self.passing = true;
        match self.reading.terminal {
            true => self.pass(sink),
            false => sink.write(&std::mem::take(&mut self.held)),
        }
    }

    /// Says whether bytes have come that are no text, and begins to count where they have.
    fn turns_binary(&mut self, chunk: &[u8]) -> bool {
        // In UTF-16 every other byte of a text is zero; a whole look at what is held tells.
        if !chunk.contains(&0) || !is_binary(&self.reading.text(&self.held, self.kind())) {
            return false;
        }
        let size = self.held.len() as u64;
        let mut start = std::mem::take(&mut self.held);
        start.truncate(GLIMPSE);
        self.binary = Some(Binary { start, size });
        true
    }

    fn kind(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Shows the lines that are whole; of a line that is longer than any, the characters that are.
    fn pass(&mut self, sink: &mut Sink) -> Result<(), Failure> {
        const LINE: usize = 64 * 1024;
        let longest = if self.passing { LINE } else { READABLE };
        let end = match self.held.iter().rposition(|&byte| byte == b'\n') {
            Some(at) => at + 1,
            None if self.held.len() > longest => whole_characters(&self.held),
            None => return Ok(()),
        };
        let rest = self.held.split_off(end);
        let lines = std::mem::replace(&mut self.held, rest);
        if self.passing {
            return sink.write(&self.reading.piece(&lines, self.kind()));
        }
        for line in lines.split_inclusive(|&byte| byte == b'\n') {
            let shown = self.reading.readable(line, self.kind());
            sink.write(&shown)?;
        }
        Ok(())
    }

    /// Shows what is left. Returns what is to be said of a binary body.
    ///
    /// # Errors
    /// [`Failure`] where it cannot be written.
    pub(crate) fn finish(&mut self, sink: &mut Sink) -> Result<Option<String>, Failure> {
        if let Some(binary) = self.binary.take() {
            let kind = self.kind().map_or_else(String::new, |known| {
                format!(" ({})", gatepass_auth::show::line(known))
            });
            return Ok(Some(binary.told(&kind)));
        }
        if !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            sink.write(&self.reading.readable(&held, self.kind()))?;
        }
        Ok(None)
    }
}

impl Binary {
    /// Says how much there is, how it begins, and how to get it.
    fn told(&self, kind: &str) -> String {
        let mut text = format!(
            "The body is binary, {} bytes{kind}. It begins so:\n",
            self.size
        );
        for (number, row) in self.start.chunks(16).enumerate() {
            let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
            let letters: String = row
                .iter()
                .map(|&byte| {
                    if byte.is_ascii_graphic() || byte == b' ' {
                        char::from(byte)
                    } else {
                        '.'
                    }
                })
                .collect();
            text += &format!("  {:08x}  {:47}  {letters}\n", number * 16, hex.join(" "));
        }
        text + "Write it to a file with -o FILE or --download, or give it to a program: > FILE, | PROGRAM.\n"
    }
}

/// Returns how many of the bytes are whole characters of UTF-8. A carriage return at the end waits for what follows it.
pub(crate) fn whole_characters(bytes: &[u8]) -> usize {
    let is_continuation = |byte: &&u8| **byte & 0xc0 == 0x80;
    let continued = bytes
        .iter()
        .rev()
        .take(3)
        .take_while(is_continuation)
        .count();
    let start = bytes.len().saturating_sub(continued + 1);
    let needed = match bytes.get(start) {
        Some(0xc0..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf7) => 4,
        _ => 1,
    };
    match bytes {
        [.., b'\r'] => bytes.len() - 1,
        _ if bytes.len() - start < needed => start,
        _ => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::color::Palette;

    #[test]
    fn no_character_is_cut_in_two() {
        let text = "aé日🚀".repeat(3).into_bytes();
        for end in 1..text.len() {
            let whole = whole_characters(&text[..end]);
            assert!(
                std::str::from_utf8(&text[..whole]).is_ok() && end - whole < 4,
                "{end}"
            );
        }
        assert_eq!(whole_characters(b"ab\xc3"), 2);
        assert_eq!(whole_characters(b"abcd"), 4);
    }

    #[test]
    fn a_body_without_end_is_not_held() {
        let reading = Reading {
            indent: true,
            palette: Palette::plain(),
            terminal: true,
        };
        for unit in ["a line\n", "no line ", "日本"] {
            let mut screen = Screen::new(reading, None, false);
            let chunk = unit.repeat((1 << 20) / unit.len()).into_bytes();
            for _ in 0..40 {
                screen.take(&chunk, &mut Sink::Nowhere).unwrap();
                assert!(screen.held.len() <= READABLE + chunk.len(), "{unit}");
            }
            assert!(screen.held.len() < 1 << 17, "{unit}");
        }
        let mut screen = Screen::new(reading, None, false);
        for _ in 0..40 {
            screen.take(&[0; 1 << 20], &mut Sink::Nowhere).unwrap();
            assert!(screen.held.is_empty());
        }
        let told = screen.finish(&mut Sink::Nowhere).unwrap().unwrap();
        assert!(told.contains("41943040 bytes"), "{told}");
    }

    #[test]
    fn a_binary_body_is_told_with_its_beginning() {
        let binary = Binary {
            start: b"\x89PNG\r\n\x1a\n\0".to_vec(),
            size: 1234,
        };
        let told = binary.told(" (image/png)");
        assert!(
            told.contains("binary, 1234 bytes (image/png)")
                && told.contains("89 50 4e 47 0d 0a 1a 0a 00")
                && told.contains(".PNG....."),
            "{told}"
        );
        assert!(!told.contains('\u{1a}'));
    }
}
