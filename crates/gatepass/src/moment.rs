//! A moment, as it is told.

use std::fmt;

use gatepass_auth::Timestamp;
use x509_parser::time::ASN1Time;

/// A moment as people write it: `2027-01-31 12:00 UTC`.
pub(crate) struct Moment(pub(crate) Timestamp);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.0).unwrap_or(i64::MAX);
        match ASN1Time::from_timestamp(seconds) {
            Ok(time) => {
                let time = time.to_datetime();
                let (year, month, day) = time.to_calendar_date();
                let (hour, minute, _) = time.to_hms();
                let month = u8::from(month);
                write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} UTC")
            }
            Err(_) => write!(f, "{seconds} seconds after 1970"),
        }
    }
}
