//! Points in time, as logs write them.

use std::fmt;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A point in time, in whole seconds since 1970 in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Moment(pub i64);

impl Moment {
    /// RFC 3339: `2026-11-25T21:47:36.007+00:00`, `2026-11-25T21:47:36Z`; also a date alone, and a
    /// time without an offset, which is taken as UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let number = |from: usize, to: usize| -> Option<i64> {
            let digits = bytes.get(from..to)?;
            digits.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let dashes = bytes[4] == b'-' && bytes[7] == b'-';
        if !dashes || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let date = days(year, month, day) * DAY;
        if bytes.len() == 10 {
            return Some(Self(date));
        }
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let form = matches!(bytes[10], b'T' | b't') && bytes[13] == b':' && bytes[16] == b':';
        if !form || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let fraction = text[19..]
            .strip_prefix(['.', ','])
            .map_or(0, |f| 1 + f.bytes().take_while(u8::is_ascii_digit).count());
        let offset = offset(&text[19 + fraction..])?;
        Some(Self(date + hour * 3600 + minute * 60 + second - offset))
    }
}

/// Seconds that a zone is ahead of UTC.
fn offset(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    match bytes {
        b"" | b"Z" | b"z" => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, rest @ ..] => {
            let minutes = match rest {
                [] => [b'0', b'0'],
                [b':', m1, m2] | [m1, m2] => [*m1, *m2],
                _ => return None,
            };
            let digits = [*h1, *h2, minutes[0], minutes[1]];
            if !digits.iter().all(u8::is_ascii_digit) {
                return None;
            }
            let [h1, h2, m1, m2] = digits.map(|d| i64::from(d - b'0'));
            let seconds = (h1 * 10 + h2) * 3600 + (m1 * 10 + m2) * 60;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

/// Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// `2026-11-25T21:47:36Z`
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, seconds) = (self.0.div_euclid(DAY) + 719_468, self.0.rem_euclid(DAY));
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_logs() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-25T21:47:36.007+00:00", 1_795_643_256),
            ("2026-11-25T22:47:36+01:00", 1_795_643_256),
            ("2026-11-25T16:47:36,5-0500", 1_795_643_256),
            ("2026-11-25T21:47:36.123456789Z", 1_795_643_256),
            ("2024-02-29", 1_709_164_800),
            ("1969-12-31T23:59:59", -1),
        ] {
            assert_eq!(Moment::parse(text), Some(Moment(seconds)), "{text}");
        }
        for wrong in [
            "",
            "2026",
            "2026-13-01",
            "2026-11-25T",
            "2026-11-25T25:00:00Z",
            "2026-11-25T21:47:36+1",
            "20é6-11-25",
        ] {
            assert_eq!(Moment::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn written_as_read() {
        for text in
            ["1970-01-01T00:00:00Z", "2000-02-29T12:34:56Z", "2026-11-25T21:47:36Z", "1969-12-31T23:59:59Z"]
        {
            assert_eq!(Moment::parse(text).unwrap().to_string(), text);
        }
    }
}
