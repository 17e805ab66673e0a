//! The comment in a crate's root that states its floors.

use super::super::Finding;
use super::ROOT;
use crate::repository::Source;

const HEAD: &str = "// Floors, top to bottom:";
const EXCEPTIONS: &str = "// Arrows that still point up:";

/// The floors of a crate, and the arrows that do not keep to them yet.
pub(super) struct Floors {
    /// Where the list begins, counted from 0.
    pub(super) line: usize,
    floors: Vec<Floor>,
    pub(super) exceptions: Vec<Exception>,
}

struct Floor {
    name: String,
    modules: Vec<String>,
}

/// An arrow that still points up, or closes a circle.
pub(super) struct Exception {
    pub(super) from: String,
    pub(super) to: String,
    /// Counted from 0.
    pub(super) line: usize,
}

impl Floors {
    /// Reads the list.
    pub(super) fn parse(root: &Source) -> Result<Self, Finding> {
        let mut lines = root.text.lines().enumerate();
        let Some((line, _)) = lines.find(|(_, line)| *line == HEAD) else {
            let message = format!("the crate states no floors: list its modules below `{HEAD}`");
            return Err(Finding::in_file(&root.path, message));
        };
        let mut read = Self {
            line,
            floors: Vec::new(),
            exceptions: Vec::new(),
        };
        let mut excepting = false;
        for (number, text) in lines.map_while(|(at, line)| Some((at, line.strip_prefix("//")?))) {
            let text = text.trim();
            if EXCEPTIONS.ends_with(text) && !text.is_empty() {
                excepting = true;
            } else if excepting {
                read.except(text)
                    .map_err(|message| Finding::at(&root.path, number, message))?;
                if let Some(last) = read.exceptions.last_mut().filter(|it| it.line == 0) {
                    last.line = number;
                }
            } else {
                read.add(text)
                    .map_err(|message| Finding::at(&root.path, number, message))?;
            }
        }
        Ok(read)
    }

    /// Adds a line of the list: a floor, or more modules of the floor before.
    fn add(&mut self, text: &str) -> Result<(), String> {
        let modules = match text.split_once(':') {
            Some((name, modules)) => {
                self.floors.push(Floor {
                    name: name.trim().to_owned(),
                    modules: Vec::new(),
                });
                modules
            }
            None => text,
        };
        match self.floors.last_mut() {
            Some(floor) => {
                let modules = modules.split_whitespace().map(str::to_owned);
                floor.modules.extend(modules);
                Ok(())
            }
            None => Err("a floor is written `name: module module`".to_owned()),
        }
    }

    /// Adds a line of the second list: an exception, or the rest of a reason.
    fn except(&mut self, text: &str) -> Result<(), String> {
        match text.split_once(" -> ") {
            Some((from, rest)) => match rest.split_once(": ") {
                Some((to, reason)) if !reason.trim().is_empty() => {
                    self.exceptions.push(Exception {
                        from: from.trim().to_owned(),
                        to: named(to.trim()),
                        line: 0,
                    });
                    Ok(())
                }
                _ => Err("an exception has its reason: `from -> to: reason`".to_owned()),
            },
            None if self.exceptions.is_empty() => {
                Err("an exception is written `from -> to: reason`".to_owned())
            }
            None => Ok(()),
        }
    }

    /// Returns the number of a module's floor, counted from the top.
    pub(super) fn of(&self, module: &str) -> Option<usize> {
        self.floors
            .iter()
            .position(|floor| floor.modules.iter().any(|it| it == module))
    }

    pub(super) fn name(&self, floor: usize) -> &str {
        self.floors.get(floor).map_or("", |floor| &floor.name)
    }

    /// Returns the modules of all floors, one that is named twice twice.
    pub(super) fn modules(&self) -> impl Iterator<Item = &str> {
        let modules = self.floors.iter().flat_map(|floor| &floor.modules);
        modules.map(String::as_str)
    }
}

/// Returns the end of an arrow as the graph calls it.
fn named(module: &str) -> String {
    match module {
        "crate" => ROOT.to_owned(),
        other => other.to_owned(),
    }
}
