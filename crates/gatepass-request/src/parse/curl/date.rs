//! Dates as `-z` takes them: those of HTTP, and whatever else curl reads (curl_getdate(3)).
//!
//! | written | |
//! |---|---|
//! | `Sun, 06 Nov 1994 08:49:37 GMT` | RFC 9110 section 5.6.7, in its three forms |
//! | `6 Nov 1994`, `Nov 6 1994`, `6-Nov-94` | midnight, UTC |
//! | `19941106 08:49:37`, `1994-11-06 08:49` | ISO 8601, the day before the time |
//! | `… +0200`, `… CET` | another zone |

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
/// Zones by their names, in minutes behind UTC, as curl knows them (lib/parsedate.c).
const ZONES: [(&str, i64); 14] = [
    ("gmt", 0),
    ("utc", 0),
    ("z", 0),
    ("wet", 0),
    ("bst", -60),
    ("cet", -60),
    ("cest", -120),
    ("eet", -120),
    ("est", 300),
    ("edt", 240),
    ("cst", 360),
    ("mst", 420),
    ("pst", 480),
    ("pdt", 420),
];

/// What was read so far.
#[derive(Default)]
struct Date {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<i64>,
    /// In minutes behind UTC.
    zone: Option<i64>,
    has_weekday: bool,
}

/// Reads a date, in seconds since 1970; `None` for what is none.
pub(super) fn parse(text: &str) -> Option<i64> {
    let mut date = Date::default();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && !is_sign(c));
        let Some(first) = rest.chars().next() else {
            break;
        };
        let is_in = |c: char| match first {
            'a'..='z' | 'A'..='Z' => c.is_ascii_alphabetic(),
            _ => c.is_ascii_digit() || c == ':' || c == '.',
        };
        let start = usize::from(is_sign(first));
        let length = rest[start..].find(|c| !is_in(c));
        let (token, behind) = rest.split_at(length.map_or(rest.len(), |length| start + length));
        rest = behind;
        match first {
            'a'..='z' | 'A'..='Z' => date.word(&token.to_ascii_lowercase())?,
            '+' | '-' => date.signed(token)?,
            _ if token.contains(':') => date.clock(token)?,
            _ => date.number(token)?,
        }
    }
    date.seconds()
}

fn is_sign(c: char) -> bool {
    c == '+' || c == '-'
}

/// Sets what has not been set; `None` for what stands twice.
fn once(place: &mut Option<i64>, value: i64) -> Option<()> {
    place.is_none().then(|| *place = Some(value))
}

impl Date {
    fn word(&mut self, word: &str) -> Option<()> {
        let begins = |name: &str| word.len() >= 3 && (name.starts_with(word) || word == &name[..3]);
        if let Some(month) = MONTHS.iter().position(|name| word.starts_with(name)) {
            return once(&mut self.month, month as i64 + 1);
        }
        if WEEKDAYS.into_iter().any(begins) {
            return (!std::mem::replace(&mut self.has_weekday, true)).then_some(());
        }
        // What parts day and time in ISO 8601.
        if word == "t" {
            return Some(());
        }
        let (_, minutes) = ZONES.iter().find(|(name, _)| *name == word)?;
        once(&mut self.zone, *minutes)
    }

    /// Reads a zone, or a part of a date that a hyphen parts from the one before.
    fn signed(&mut self, token: &str) -> Option<()> {
        let digits = &token[1..];
        if digits.is_empty() {
            return Some(());
        }
        let number: i64 = digits.replace(':', "").parse().ok()?;
        let is_zone = self.time.is_some() && digits.replace(':', "").len() == 4;
        if is_zone {
            let minutes = number / 100 * 60 + number % 100;
            let sign = if token.starts_with('-') { 1 } else { -1 };
            return once(&mut self.zone, sign * minutes);
        }
        match self.month {
            // 1994-11-06
            None if self.year.is_some() => once(&mut self.month, number),
            _ => self.number(digits),
        }
    }

    fn clock(&mut self, token: &str) -> Option<()> {
        let whole = token.split('.').next()?;
        let mut parts = whole.split(':').map(str::parse::<i64>);
        let (hour, minute) = (parts.next()?.ok()?, parts.next()?.ok()?);
        let second = parts.next().unwrap_or(Ok(0)).ok()?;
        let fits = hour < 24 && minute < 60 && second < 61 && parts.next().is_none();
        once(&mut self.time, hour * 3600 + minute * 60 + second).filter(|()| fits)
    }

    fn number(&mut self, digits: &str) -> Option<()> {
        let number: i64 = digits.parse().ok()?;
        match digits.len() {
            8 => {
                once(&mut self.year, number / 10_000)?;
                once(&mut self.month, number / 100 % 100)?;
                once(&mut self.day, number % 100)
            }
            4 => once(&mut self.year, number),
            _ if self.day.is_none() && (1..32).contains(&number) => once(&mut self.day, number),
            // Two digits are of the years around 2000, as with curl.
            2 => once(
                &mut self.year,
                if number > 70 { 1900 } else { 2000 } + number,
            ),
            _ => None,
        }
    }

    fn seconds(&self) -> Option<i64> {
        let (year, month, day) = (self.year?, self.month?, self.day?);
        let fits = year > 1582 && (1..13).contains(&month) && (1..32).contains(&day);
        // Howard Hinnant's days_from_civil: years begin in March, so that the leap day is the last.
        let (y, m) = if month > 2 {
            (year, month - 3)
        } else {
            (year - 1, month + 9)
        };
        let day_of_year = (153 * m + 2) / 5 + day - 1;
        let (era, of_era) = (y.div_euclid(400), y.rem_euclid(400));
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468;
        let seconds = days * 86_400 + self.time.unwrap_or(0) + self.zone.unwrap_or(0) * 60;
        fits.then_some(seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    /// From curl's own test of curl_getdate (tests/libtest/lib517.c), and RFC 9110 section 5.6.7.
    #[test]
    fn dates_are_read_as_curl_reads_them() {
        for (text, seconds) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777),
            ("Nov      Sun      6 08:49:37 1994", 784_111_777),
            ("06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("06-Nov-94 08:49:37 GMT", 784_111_777),
            ("1994 Nov 6 08:49:37", 784_111_777),
            ("GMT 08:49:37 06-Nov-94 Sunday", 784_111_777),
            ("94 6 Nov 08:49:37", 784_111_777),
            ("Sun, 06 Nov 1994", 784_080_000),
            ("1994-11-06", 784_080_000),
            ("19941106", 784_080_000),
            ("20040912 15:05:58 -0700", 1_095_026_758),
            ("Thu, 01-Jan-1970 00:59:58 GMT", 3598),
            ("Sat, 15-Apr-17 21:01:22 GMT", 1_492_290_082),
            ("Tue, 11 Feb 2003 10:32:12 +0200", 1_044_952_332),
            ("2021-06-01T12:00:00Z", 1_622_548_800),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "file.txt",
            "yesterday",
            "32 Nov 1994",
            "6 Nov",
            "6 Nov 1994 25:00",
            "1 2 3 4 5",
            "2024-13-01",
            "é",
            "999999999999999999999",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
