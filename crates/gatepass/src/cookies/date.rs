//! The date of `Expires`, read as leniently as browsers read it (RFC 6265 section 5.1.1).
//!
//! Servers that delete a cookie write dates in many forms. One that is not understood would leave the cookie alive.

use gatepass_auth::Timestamp;
use time::{Date, Month, Time};

/// Reads a date; `None` for text that is none.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let (mut clock, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        if clock.is_none()
            && let Some(found) = time_of_day(token)
        {
            clock = Some(found);
        } else if day.is_none()
            && let Some(found) = number(token, 1..=2)
        {
            day = Some(found);
        } else if month.is_none()
            && let Some(found) = month_of(token)
        {
            month = Some(found);
        } else if year.is_none()
            && let Some(found) = number(token, 2..=4)
        {
            year = Some(found);
        }
    }
    let year = match year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year if year < 1601 => return None,
        year => year,
    };
    let date = Date::from_calendar_date(i32::from(year), month?, u8::try_from(day?).ok()?).ok()?;
    let (hour, minute, second) = clock?;
    let moment = date.with_time(Time::from_hms(hour, minute, second).ok()?);
    // What lies before 1970 is as much over as what lies in it.
    Some(Timestamp::try_from(moment.assume_utc().unix_timestamp()).unwrap_or(0))
}

fn is_delimiter(c: char) -> bool {
    matches!(c, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

/// Reads the digits with which `token` begins, if there are as many as `width` says; what follows is not looked at.
fn number(token: &str, width: std::ops::RangeInclusive<usize>) -> Option<u16> {
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    width
        .contains(&digits)
        .then(|| token[..digits].parse().ok())?
}

fn time_of_day(token: &str) -> Option<(u8, u8, u8)> {
    let mut fields = token.splitn(3, ':');
    let mut field = |is_last: bool| {
        let text = fields.next()?;
        let whole = is_last || text.bytes().all(|byte| byte.is_ascii_digit());
        u8::try_from(number(text, 1..=2)?).ok().filter(|_| whole)
    };
    Some((field(false)?, field(false)?, field(true)?))
}

fn month_of(token: &str) -> Option<Month> {
    const NAMES: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start = token.get(..3)?.to_ascii_lowercase();
    let at = NAMES.iter().position(|name| *name == start)?;
    Month::try_from(u8::try_from(at + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_every_form_that_servers_write() {
        for (text, expected) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777)),
            ("Sun Nov  6 08:49:37 1994", Some(784_111_777)),
            ("Sun, 6 Nov 1994 8:49:37 UTC", Some(784_111_777)),
            ("06 nov 1994 08:49:37 +0000", Some(784_111_777)),
            ("Thu, 1 Jan 1970 00:00:00 GMT", Some(0)),
            ("Mon, 01 Jan 1601 00:00:00 GMT", Some(0)),
            ("Fri, 01-Jan-69 00:00:00 GMT", Some(3_124_224_000)),
            ("", None),
            ("0", None),
            ("Sun, 31 Feb 1994 08:49:37 GMT", None),
            ("Sun, 06 Nov 1994 24:00:00 GMT", None),
            ("Sun, 06 Nov 1994 08:49 GMT", None),
            ("Sun, 06 Nov 19941 08:49:37 GMT", None),
            ("Sun, 06 Nov 1600 08:49:37 GMT", None),
            ("é:é:é éé", None),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
