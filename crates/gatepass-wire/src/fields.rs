//! Header fields and trailers as they came: ranges of one buffer.

use std::fmt;

use bytes::Bytes;

/// Fields in the order, the spelling and the number in which they came.
///
/// `Debug` shows names only: a value may be a credential.
#[derive(Clone, Default)]
pub struct Fields {
    pub(crate) bytes: Bytes,
    pub(crate) places: Vec<Place>,
}

/// Where a field stands in its buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) name: (u32, u32),
    pub(crate) value: (u32, u32),
}

/// One field.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    name: &'a str,
    value: &'a [u8],
}

impl<'a> Field<'a> {
    /// Returns the name as it came.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// Returns the value as it came, without white space around it.
    pub fn value(&self) -> &'a [u8] {
        self.value
    }
}

impl fmt::Debug for Field<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Fields {
    /// Returns the fields in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            bytes: &self.bytes,
            places: self.places.iter(),
        }
    }

    /// Returns the values of this name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.iter()
            .filter(move |field| field.name.eq_ignore_ascii_case(name))
            .map(|field| field.value)
    }

    /// Returns the number of fields.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = Field<'a>;
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// The fields of a head, one after the other.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    bytes: &'a [u8],
    places: std::slice::Iter<'a, Place>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let place = self.places.next()?;
        let of = |(from, to): (u32, u32)| self.bytes.get(from as usize..to as usize);
        // What the parser lets through as a name is ASCII.
        let name = of(place.name).and_then(|name| std::str::from_utf8(name).ok());
        Some(Field {
            name: name.unwrap_or_default(),
            value: of(place.value).unwrap_or_default(),
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}
