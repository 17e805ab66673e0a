//! JSON as httpbin prints it: two spaces, one member a line, a line break at the end. Written straight into a buffer.

use std::borrow::Cow;

use serde_json::Value;

/// An object that is being written.
#[derive(Debug)]
pub(crate) struct Json {
    out: Vec<u8>,
    depth: usize,
    empty: bool,
}

/// Names and values as a query or a form holds them.
pub(crate) type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

impl Json {
    /// Begins an object.
    pub(crate) fn object() -> Self {
        let mut out = Vec::with_capacity(512);
        out.push(b'{');
        Self {
            out,
            depth: 1,
            empty: true,
        }
    }

    /// Adds a string.
    pub(crate) fn string(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        self.text(value);
        self
    }

    /// Adds a truth value.
    pub(crate) fn bool(&mut self, name: &str, value: bool) -> &mut Self {
        self.name(name);
        self.out
            .extend_from_slice(if value { b"true" } else { b"false" });
        self
    }

    /// Adds any value.
    pub(crate) fn value(&mut self, name: &str, value: &Value) -> &mut Self {
        self.name(name);
        // A line break within a string is escaped, so each one that is found begins a line of the layout.
        let pretty = format!("{value:#}");
        let indent = format!("\n{}", "  ".repeat(self.depth));
        self.out
            .extend_from_slice(pretty.replace('\n', &indent).as_bytes());
        self
    }

    /// Begins an object within this one; [`Json::end`] ends it.
    pub(crate) fn begin(&mut self, name: &str) -> &mut Self {
        self.name(name);
        self.out.push(b'{');
        self.depth += 1;
        self.empty = true;
        self
    }

    /// Ends the object that was begun last.
    pub(crate) fn end(&mut self) -> &mut Self {
        self.depth -= 1;
        if !self.empty {
            self.line();
        }
        self.out.push(b'}');
        self.empty = false;
        self
    }

    /// Returns a document of nothing but `pairs`, as [`Json::pairs`] writes them.
    pub(crate) fn members(pairs: Pairs<'_>) -> Vec<u8> {
        let mut json = Self::object();
        json.sorted(pairs);
        json.finish()
    }

    /// Adds an object of `pairs`, sorted by name: a string for a name that stands once, else a list.
    pub(crate) fn pairs(&mut self, name: &str, pairs: Pairs<'_>) -> &mut Self {
        self.begin(name);
        self.sorted(pairs);
        self.end()
    }

    fn sorted(&mut self, mut pairs: Pairs<'_>) {
        pairs.sort_by(|one, other| one.0.cmp(&other.0));
        for group in pairs.chunk_by(|one, other| one.0 == other.0) {
            match group {
                [(name, value)] => {
                    self.string(name, value);
                }
                [(name, _), ..] => {
                    self.name(name);
                    self.list(group.iter().map(|(_, value)| value.as_ref()));
                }
                [] => {}
            }
        }
    }

    /// Adds a list of strings.
    pub(crate) fn strings<'a>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = &'a str>,
    ) -> &mut Self {
        self.name(name);
        self.list(values);
        self
    }

    /// Ends the outermost object and returns the document.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.end();
        self.out.push(b'\n');
        self.out
    }

    fn list<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) {
        self.out.push(b'[');
        self.depth += 1;
        self.empty = true;
        for value in values {
            self.item();
            self.text(value);
        }
        self.depth -= 1;
        if !self.empty {
            self.line();
        }
        self.out.push(b']');
        self.empty = false;
    }

    fn name(&mut self, name: &str) {
        self.item();
        self.text(name);
        self.out.extend_from_slice(b": ");
    }

    fn item(&mut self) {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        self.line();
    }

    fn line(&mut self) {
        self.out.push(b'\n');
        for _ in 0..self.depth {
            self.out.extend_from_slice(b"  ");
        }
    }

    fn text(&mut self, text: &str) {
        // Writing text to memory cannot fail.
        serde_json::to_writer(&mut self.out, text).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_httpbins() {
        let mut json = Json::object();
        json.pairs("empty", Vec::new());
        let pairs = [("b", "1"), ("a", "2"), ("b", "\"\n")];
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        json.pairs("args", pairs.collect());
        json.value("json", &serde_json::json!({"x": [1, {}]}));
        json.bool("ok", true).strings("none", []);
        let expected = serde_json::json!({
            "empty": {}, "args": {"a": "2", "b": ["1", "\"\n"]}, "json": {"x": [1, {}]}, "ok": true, "none": []
        });
        let written = String::from_utf8(json.finish()).unwrap();
        assert_eq!(written, format!("{expected:#}\n"));
    }
}
