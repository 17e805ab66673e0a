//! Choices taken from the front of the input.

use gatepass_auth::{Entry, Values, schemes};

/// Reads the input from the front; past its end come zeros.
pub(crate) struct Input<'a>(pub(crate) &'a [u8]);

impl<'a> Input<'a> {
    pub(crate) fn byte(&mut self) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first)
    }

    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.byte() % choices.len()]
    }

    /// Returns what stands before the next line break.
    pub(crate) fn line(&mut self) -> &'a [u8] {
        let end = self
            .0
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(end);
        self.0 = rest.strip_prefix(b"\n").unwrap_or(rest);
        line
    }

    /// Reads a scheme and its settings from the first line, as in `digest qop=auth-int`. What is no name or setting still
    /// chooses one, so that every input is of use; only fields with choices are set.
    pub(crate) fn scheme(&mut self) -> (&'static Entry, Values) {
        let line = String::from_utf8_lossy(self.line()).into_owned();
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let entry = schemes::find(name).unwrap_or_else(|_| chosen(schemes::ALL, name));
        let fields: Vec<_> = entry
            .about
            .fields
            .iter()
            .filter(|field| !field.choices.is_empty())
            .collect();
        let mut settings = Values::new();
        for word in words.filter(|_| !fields.is_empty()) {
            let (name, value) = word.split_once('=').unwrap_or((word, word));
            let named = fields.iter().find(|field| field.name == name);
            let field = named.copied().unwrap_or_else(|| chosen(&fields, name));
            let known = field.choices.iter().find(|choice| **choice == value);
            settings.set(
                field.name,
                known
                    .copied()
                    .unwrap_or_else(|| chosen(field.choices, value)),
            );
        }
        (entry, settings)
    }
}

fn chosen<T: Copy>(choices: &[T], text: &str) -> T {
    choices[text.bytes().map(usize::from).sum::<usize>() % choices.len()]
}

/// Says whether a line could have come out of an HTTP parser.
pub(crate) fn fits_in_a_line(bytes: &[u8]) -> bool {
    !bytes
        .iter()
        .any(|&byte| byte.is_ascii_control() && byte != b'\t')
}

/// Returns the given values of both.
pub(crate) fn merged(base: &Values, over: &Values) -> Values {
    base.iter().chain(over.iter()).collect()
}
