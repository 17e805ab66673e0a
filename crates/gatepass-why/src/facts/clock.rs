//! Times: read from headers and tokens, and written in words.

use httpdate::parse_http_date;

/// From how many seconds on two clocks are said to disagree.
pub(crate) const APART: i64 = 60;

/// Reads the time of a `Date` field, in seconds since 1970.
pub(crate) fn of_field(value: &str) -> Option<i64> {
    let since = parse_http_date(value.trim()).ok()?;
    let since = since.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok()
}

/// Reads `2026-12-01T00:00:00Z`, with fractions and offsets, or `20261201T000000Z`.
pub(crate) fn of_iso(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
    let has_time = digits.len() == 14;
    if !has_time && digits.len() != 8 {
        return None;
    }
    let part = |from: usize, to: usize| {
        digits
            .get(from..to)
            .and_then(|part| part.parse::<i64>().ok())
    };
    let days = days_since_1970(part(0, 4)?, part(4, 6)?, part(6, 8)?)?;
    let (hour, minute, second) = match has_time {
        true => (part(8, 10)?, part(10, 12)?, part(12, 14)?),
        false => (0, 0, 0),
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(days * 86_400 + hour * 3600 + minute * 60 + second - offset(text))
}

/// Returns the offset at the end of a time, in seconds: `+02:00`.
fn offset(text: &str) -> i64 {
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at > 10) else {
        return 0;
    };
    let digits: String = text[at + 1..]
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let number = |from: usize| {
        digits
            .get(from..from + 2)
            .and_then(|part| part.parse::<i64>().ok())
    };
    let seconds = number(0).unwrap_or(0) * 3600 + number(2).unwrap_or(0) * 60;
    if text[at..].starts_with('-') {
        -seconds
    } else {
        seconds
    }
}

/// Counts days (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days_since_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

/// Writes a moment: `2026-12-01 00:00:00 UTC`.
pub(crate) fn moment(at: i64) -> String {
    if !(-62_135_596_800..253_402_300_800).contains(&at) {
        return format!("{at} seconds after 1970");
    }
    let (days, seconds) = (at.div_euclid(86_400) + 719_468, at.rem_euclid(86_400));
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

/// Writes a moment without its seconds: `2026-12-01 00:00 UTC`.
pub(crate) fn minute(at: i64) -> String {
    let moment = moment(at);
    match moment.strip_suffix(" UTC") {
        Some(moment) => format!("{} UTC", &moment[..moment.len() - 3]),
        None => moment,
    }
}

/// Writes how long something lasts: `2 hours`, `1 minute`.
pub(crate) fn span(seconds: i64) -> String {
    let seconds = seconds.unsigned_abs();
    let (count, unit) = match seconds {
        0..=119 => (seconds, "second"),
        120..=7199 => (seconds / 60, "minute"),
        7200..=172_799 => (seconds / 3600, "hour"),
        172_800..=63_071_999 => (seconds / 86_400, "day"),
        _ => (seconds / 31_536_000, "year"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(
            of_field("Tue, 01 Dec 2026 00:00:00 GMT"),
            Some(1_796_083_200)
        );
        for text in [
            "2026-12-01T00:00:00Z",
            "20261201T000000Z",
            "2026-12-01T02:00:00.123+02:00",
            "2026-12-01",
        ] {
            assert_eq!(of_iso(text), Some(1_796_083_200), "{text}");
        }
        assert_eq!(of_iso("never"), None);
        assert_eq!(of_iso("20269901T000000Z"), None);
        assert_eq!(moment(1_796_083_200), "2026-12-01 00:00:00 UTC");
        assert_eq!(minute(1_796_083_200), "2026-12-01 00:00 UTC");
        assert_eq!(moment(951_782_400), "2000-02-29 00:00:00 UTC");
        assert_eq!(moment(i64::MAX), format!("{} seconds after 1970", i64::MAX));
    }

    #[test]
    fn spans_are_words() {
        for (seconds, words) in [
            (1, "1 second"),
            (90, "90 seconds"),
            (-150, "2 minutes"),
            (7300, "2 hours"),
            (400_000, "4 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }
}
