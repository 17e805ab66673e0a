//! What the files of a crate name of each other: `use crate::…`, `use super::…`, and such paths in the middle of code.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::super::Finding;
use super::ROOT;
use super::circle::{Graph, Place};
use crate::repository::Source;

/// The names from the root of the crate to a module or an item.
type Path = Vec<String>;

/// The modules of a crate and what they name of each other, without what is there for tests only.
#[derive(Default)]
pub(super) struct Crate {
    modules: BTreeSet<Path>,
    of_tests: BTreeSet<Path>,
    mentions: Vec<Mention>,
}

/// A path that stands in a module.
struct Mention {
    module: Path,
    names: Path,
    /// The name by which a `use` makes it known in its module.
    alias: Option<String>,
    place: Place,
}

impl Crate {
    /// Reads all files below a folder that ends in `/`.
    pub(super) fn read(folder: &str, sources: &[Source]) -> Result<Self, Finding> {
        let mut read = Self::default();
        for source in sources {
            let inside = source.path.strip_prefix(folder);
            let Some(module) = inside.and_then(|path| path.strip_suffix(".rs")) else {
                continue;
            };
            let mut module: Path = module.split('/').map(str::to_owned).collect();
            if matches!(
                module.last().map(String::as_str),
                Some("mod" | "lib" | "main")
            ) {
                module.pop();
            }
            let stream = TokenStream::from_str(&source.text).map_err(|error| {
                let line = error.span().start().line.saturating_sub(1);
                Finding::at(&source.path, line, "this is no Rust that can be read")
            })?;
            let tokens: Vec<_> = stream.into_iter().collect();
            read.file(&source.path).tokens(&tokens, &module);
        }
        let of_tests = std::mem::take(&mut read.of_tests);
        read.mentions
            .retain(|it| !of_tests.iter().any(|test| it.module.starts_with(test)));
        Ok(read)
    }

    fn file<'a>(&'a mut self, file: &'a str) -> Reading<'a> {
        Reading {
            file,
            of_crate: self,
        }
    }

    /// Returns the names of the modules directly below one.
    pub(super) fn children(&self, module: &[String]) -> BTreeSet<String> {
        let below = self.modules.iter();
        let below = below.filter(|it| it.len() == module.len() + 1 && it.starts_with(module));
        below.filter_map(|it| it.last().cloned()).collect()
    }

    /// Returns the arrows between the modules of the crate's root, and from them to the root itself.
    pub(super) fn top(&self) -> Graph {
        self.below(&[], Some(ROOT))
    }

    /// Returns the arrows between the modules inside each folder. What its own file holds is theirs to share.
    pub(super) fn folders(&self) -> Vec<Graph> {
        self.modules
            .iter()
            .map(|module| self.below(module, None))
            .collect()
    }

    fn below(&self, parent: &[String], own: Option<&str>) -> Graph {
        let mut graph = Graph::default();
        let full = |name: &str| [parent, &[name.to_owned()]].concat().join("::");
        let known = self.known_in(parent);
        for mention in &self.mentions {
            let Some(from) = mention.module.strip_prefix(parent).and_then(<[_]>::first) else {
                continue;
            };
            let Some(names) = self.absolute(mention) else {
                continue;
            };
            if !names.starts_with(parent) {
                continue;
            }
            match self.home(&names, parent, &known) {
                Home::Module(to) if to != *from => {
                    graph.add(&full(from), &full(&to), mention.place.clone())
                }
                Home::Own => {
                    if let Some(own) = own {
                        graph.add(&full(from), own, mention.place.clone());
                    }
                }
                Home::Module(_) | Home::Elsewhere => {}
            }
        }
        graph
    }

    /// Returns what the `use` lines of a module make known in it; nothing for what comes from another crate.
    fn known_in(&self, module: &[String]) -> BTreeMap<String, Option<Path>> {
        let uses = self.mentions.iter().filter(|it| it.module == module);
        uses.filter_map(|it| Some((it.alias.clone()?, self.absolute(it))))
            .collect()
    }

    /// Says in which module below `parent` something is at home.
    fn home(
        &self,
        names: &[String],
        parent: &[String],
        known: &BTreeMap<String, Option<Path>>,
    ) -> Home {
        let mut names = names.to_vec();
        // A name may be made known by a line that names another; more than a few steps are none that people write.
        for _ in 0..4 {
            let Some(name) = names.get(parent.len()).cloned() else {
                return Home::Own;
            };
            if self.modules.contains(&names[..=parent.len()]) {
                return Home::Module(name);
            }
            match known.get(&name) {
                None => return Home::Own,
                Some(Some(path)) if path.starts_with(parent) => names = path.clone(),
                Some(_) => return Home::Elsewhere,
            }
        }
        Home::Own
    }

    /// Returns a path from the root of the crate, or nothing for one into another crate.
    fn absolute(&self, mention: &Mention) -> Option<Path> {
        let mut at = mention.module.clone();
        let mut names = mention.names.iter().peekable();
        match names.peek().map(|it| it.as_str()) {
            Some("crate") => {
                at.clear();
                names.next();
            }
            Some("self") => {
                names.next();
            }
            Some("super") => {
                while names.next_if(|it| *it == "super").is_some() {
                    at.pop();
                }
            }
            Some(first) => {
                let mut child = at.clone();
                child.push(first.to_owned());
                if !self.modules.contains(&child) {
                    return None;
                }
            }
            None => return None,
        }
        at.extend(names.cloned());
        Some(at)
    }
}

/// Where a name is at home.
enum Home {
    Module(String),
    /// In the file of the parent itself.
    Own,
    /// In another crate.
    Elsewhere,
}

/// One file as it is read.
struct Reading<'a> {
    file: &'a str,
    of_crate: &'a mut Crate,
}

impl Reading<'_> {
    fn tokens(&mut self, tokens: &[TokenTree], module: &[String]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            if is_for_tests(&tokens[at..]) {
                let length = item(&tokens[at..]);
                self.test_module(&tokens[at..at + length], module);
                at += length;
                continue;
            }
            at += match token {
                TokenTree::Ident(word) if word == "mod" => self.module(&tokens[at..], module),
                TokenTree::Ident(word) if word == "use" => {
                    let length = tokens[at..]
                        .iter()
                        .take_while(|it| !is_punct(it, ';'))
                        .count();
                    self.tree(&tokens[at + 1..at + length], &[], module);
                    length
                }
                TokenTree::Ident(word) if word == "crate" || word == "super" => {
                    let (names, length) = path(&tokens[at..]);
                    if names.len() > 1 {
                        self.mention(module, names, None, token);
                    }
                    length
                }
                TokenTree::Group(group) => {
                    let inside: Vec<_> = group.stream().into_iter().collect();
                    self.tokens(&inside, module);
                    1
                }
                _ => 1,
            };
        }
    }

    /// Notes a module that `mod` declares, and returns how many tokens that took.
    fn module(&mut self, tokens: &[TokenTree], module: &[String]) -> usize {
        let Some(TokenTree::Ident(name)) = tokens.get(1) else {
            return 1;
        };
        let mut inner = module.to_vec();
        inner.push(name.to_string());
        self.of_crate.modules.insert(inner.clone());
        if let Some(TokenTree::Group(group)) = tokens.get(2) {
            let inside: Vec<_> = group.stream().into_iter().collect();
            self.tokens(&inside, &inner);
        }
        3
    }

    /// Notes a module that is for tests only and has a file of its own.
    fn test_module(&mut self, item: &[TokenTree], module: &[String]) {
        let word = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "mod");
        if let [.., before, TokenTree::Ident(name), end] = item
            && word(before)
            && is_punct(end, ';')
        {
            let mut inner = module.to_vec();
            inner.push(name.to_string());
            self.of_crate.of_tests.insert(inner);
        }
    }

    /// Notes what a tree of a `use` line names.
    fn tree(&mut self, tokens: &[TokenTree], prefix: &[String], module: &[String]) {
        for branch in tokens.split(|token| is_punct(token, ',')) {
            let mut names = prefix.to_vec();
            let mut alias = None;
            let mut words = branch.iter();
            while let Some(token) = words.next() {
                match token {
                    TokenTree::Ident(word) if word == "as" => {
                        alias = words.next().map(ToString::to_string);
                    }
                    TokenTree::Ident(word) if word == "self" && !names.is_empty() => {}
                    TokenTree::Ident(word) => names.push(word.to_string()),
                    TokenTree::Group(group) => {
                        let inside: Vec<_> = group.stream().into_iter().collect();
                        self.tree(&inside, &names, module);
                        names.clear();
                    }
                    _ => {}
                }
            }
            if let (Some(last), Some(token)) = (names.last(), branch.first()) {
                let alias = alias.unwrap_or_else(|| last.clone());
                self.mention(module, names, Some(alias), token);
            }
        }
    }

    fn mention(&mut self, module: &[String], names: Path, alias: Option<String>, at: &TokenTree) {
        self.of_crate.mentions.push(Mention {
            module: module.to_vec(),
            names,
            alias,
            place: Place {
                file: self.file.to_owned(),
                line: at.span().start().line.saturating_sub(1),
            },
        });
    }
}

/// Reads a path in the middle of code, and says how many tokens it takes.
fn path(tokens: &[TokenTree]) -> (Path, usize) {
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        names.push(word.to_string());
        at += 1;
        if !(tokens.get(at).is_some_and(|it| is_punct(it, ':'))
            && tokens.get(at + 1).is_some_and(|it| is_punct(it, ':')))
        {
            break;
        }
        at += 2;
    }
    (names, at.max(1))
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// Returns the inside of an attribute that begins here.
fn attribute(tokens: &[TokenTree]) -> Option<TokenStream> {
    match tokens {
        [hash, TokenTree::Group(group), ..]
            if is_punct(hash, '#') && group.delimiter() == Delimiter::Bracket =>
        {
            Some(group.stream())
        }
        _ => None,
    }
}

/// Says whether an item begins here that is there for tests only, by `cfg(test)`, `cfg(all(test, …))`, or for the documentation.
fn is_for_tests(tokens: &[TokenTree]) -> bool {
    let Some(attribute) = attribute(tokens) else {
        return false;
    };
    let text = attribute.to_string().replace(' ', "");
    ["cfg(test)", "cfg(doc)", "cfg(doctest)"].contains(&text.as_str())
        || text.starts_with("cfg(all(test,")
}

/// Returns the length of the item that begins here, its attributes included.
fn item(tokens: &[TokenTree]) -> usize {
    let mut at = 0;
    while attribute(&tokens[at..]).is_some() {
        at += 2;
    }
    let is_use = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "use");
    let ends_with_brace = !tokens[at..].iter().take(3).any(is_use);
    let brace = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let end = tokens[at..]
        .iter()
        .position(|it| is_punct(it, ';') || (ends_with_brace && brace(it)));
    end.map_or(tokens.len(), |end| at + end + 1)
}
