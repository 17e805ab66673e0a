//! Moments: read from `--at` and from header fields, and shown as a date with its distance from now.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gatepass_auth::Timestamp;

/// Reads a moment: RFC 3339, or seconds since the Unix epoch with or without `@` before them.
///
/// # Errors
/// A sentence that says what may be written.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    let seconds = text.strip_prefix('@').unwrap_or(text);
    if !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = seconds
            .parse()
            .ok()
            .filter(|&seconds: &u64| date(seconds).is_some());
        return seconds.ok_or_else(|| "that is later than the year 9999".to_owned());
    }
    let moment: jiff::Timestamp = text.parse().map_err(|_| {
        "write a date with its time and zone, as in 2026-11-22T16:00:00Z, or seconds since 1970, as in @1795363200"
            .to_owned()
    })?;
    u64::try_from(moment.as_second()).map_err(|_| "that is before 1970".to_owned())
}

/// Returns the present moment.
pub(crate) fn now() -> Timestamp {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default()
}

/// Returns a moment as a date in UTC; `None` beyond the year 9999.
pub(crate) fn date(moment: Timestamp) -> Option<String> {
    let seconds = i64::try_from(moment).ok()?;
    let moment = jiff::Timestamp::from_second(seconds).ok()?;
    Some(moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// Reads a date as `Last-Modified` and `Retry-After` have it (RFC 9110 section 5.6.7).
pub(crate) fn http_date(text: &str) -> Option<SystemTime> {
    let time = jiff::fmt::rfc2822::parse(text).ok()?;
    let seconds = u64::try_from(time.timestamp().as_second()).ok()?;
    Some(UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Says how far a moment is from `now`: `3 minutes ago`, `in 2 hours`.
pub(crate) fn distance(moment: Timestamp, now: Timestamp) -> String {
    let span = span(moment.abs_diff(now));
    match moment.cmp(&now) {
        std::cmp::Ordering::Less => format!("{span} ago"),
        std::cmp::Ordering::Equal => "now".to_owned(),
        std::cmp::Ordering::Greater => format!("in {span}"),
    }
}

/// Says how long `seconds` are, in the largest unit of which there is at least one.
pub(crate) fn span(seconds: u64) -> String {
    const UNITS: [(u64, &str); 5] = [
        (365 * 86_400, "year"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let (count, name) = UNITS
        .iter()
        .find(|(length, _)| seconds >= *length)
        .map_or((0, "second"), |(length, name)| (seconds / length, *name));
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {name}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_in_three_forms() {
        for text in [
            "2023-11-14T22:13:20Z",
            "2023-11-14T23:13:20+01:00",
            "@1700000000",
            "1700000000",
        ] {
            assert_eq!(parse(text), Ok(1_700_000_000), "{text}");
        }
        for text in [
            "",
            "@",
            "yesterday",
            "2023-11-14",
            "1960-01-01T00:00:00Z",
            "99999999999999",
            "-5",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_distance_is_said_in_one_unit() {
        let now = 1_700_000_000;
        assert_eq!(distance(now - 185, now), "3 minutes ago");
        assert_eq!(distance(now + 7_300, now), "in 2 hours");
        assert_eq!(distance(now - 1, now), "1 second ago");
        assert_eq!(distance(now, now), "now");
        assert_eq!(date(now).as_deref(), Some("2023-11-14 22:13:20 UTC"));
    }
}
