//! Calendar days and durations. The clock itself is always an argument.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// A calendar day, UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// The day, if it exists.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The UTC day of a Unix time in seconds; a time out of all calendars is clipped to the nearest day.
    pub fn of_unix(seconds: i64) -> Self {
        let stamp = jiff::Timestamp::from_second(seconds).unwrap_or(if seconds < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        Self(stamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// Midnight UTC of the day as a Unix time in seconds.
    pub fn unix(self) -> i64 {
        jiff::tz::TimeZone::UTC.to_timestamp(self.0.at(0, 0, 0, 0)).map_or(0, jiff::Timestamp::as_second)
    }

    /// Days from `earlier` to this day; negative if `earlier` is later.
    pub fn days_since(self, earlier: Self) -> i64 {
        let span = self.0.since((jiff::Unit::Day, earlier.0)).expect("two days of one calendar have a distance");
        i64::from(span.get_days())
    }

    /// The day `days` later (earlier if negative), clipped to the calendar.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let span = jiff::Span::new().try_days(days);
        Self(span.map_or(self.0, |span| self.0.saturating_add(span)))
    }

    /// The calendar year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl FromStr for Date {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(i, b)| match i {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            });
        shaped.then(|| text.parse().ok().map(Self)).flatten().ok_or(())
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The units a duration may be written in, singular.
pub const UNITS: [&str; 6] = ["minute", "hour", "day", "week", "month", "year"];

/// A duration as written: `N unit`, N positive. Months and years are calendar ones, clipped to the month's last day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Duration {
    amount: u32,
    unit: u8,
}

impl Duration {
    /// One year: the longest interval that CMMC calls periodic (32 CFR 170.4).
    pub const YEAR: Self = Self::years(1);

    /// So many years.
    pub const fn years(amount: u32) -> Self {
        Self { amount, unit: 5 }
    }

    /// The day this long after `start`; anything under a day ends on the same day.
    pub fn after(self, start: Date) -> Date {
        let n = i64::from(self.amount);
        let span = match self.unit {
            0 | 1 => return start.plus_days(self.minutes() / (24 * 60)),
            2 => jiff::Span::new().try_days(n),
            3 => jiff::Span::new().try_weeks(n),
            4 => jiff::Span::new().try_months(n),
            _ => jiff::Span::new().try_years(n),
        };
        span.map_or(Date(jiff::civil::Date::MAX), |span| Date(start.0.saturating_add(span)))
    }

    /// Length in minutes, a month counted as 30 days and a year as 365: for comparing, not for calendars.
    pub fn minutes(self) -> i64 {
        let unit = [1, 60, 1440, 7 * 1440, 30 * 1440, 365 * 1440][usize::from(self.unit)];
        i64::from(self.amount) * unit
    }

    /// Whether its length depends on the calendar: months and years.
    pub fn is_of_calendar(self) -> bool {
        self.unit >= 4
    }

    /// The shorter of the two.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        if other.minutes() < self.minutes() { other } else { self }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.amount == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.amount, UNITS[usize::from(self.unit)])
    }
}

impl FromStr for Duration {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (amount, unit) = text.split_once(' ').ok_or(())?;
        let plain = !amount.is_empty() && amount.bytes().all(|b| b.is_ascii_digit()) && !amount.starts_with('0');
        let singular = unit.strip_suffix('s').unwrap_or(unit);
        let unit = UNITS.iter().position(|known| *known == singular).ok_or(())?;
        let amount = plain.then(|| amount.parse().ok()).flatten().ok_or(())?;
        Ok(Self { amount, unit: u8::try_from(unit).map_err(|_| ())? })
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn months_and_years_are_calendar_ones_clipped_to_the_last_day() {
        let after =
            |start: &str, every: &str| every.parse::<Duration>().expect("a duration").after(day(start)).to_string();
        assert_eq!(after("2024-02-29", "1 year"), "2025-02-28");
        assert_eq!(after("2026-08-31", "1 month"), "2026-09-30");
        assert_eq!(after("2026-08-31", "90 days"), "2026-11-29");
        assert_eq!(after("2026-08-31", "2 weeks"), "2026-09-14");
        assert_eq!(after("2026-08-31", "72 hours"), "2026-09-03");
        assert_eq!(after("2026-08-31", "15 minutes"), "2026-08-31");
        assert_eq!(after("2026-08-31", "4000000000 years"), "9999-12-31");
    }

    #[test]
    fn a_duration_is_a_positive_number_and_a_unit() {
        for wrong in
            ["", "1", "year", "0 days", "-1 days", "1.5 years", "1  day", "1 fortnight", " 1 day", "01 day", "1 dayss"]
        {
            assert!(wrong.parse::<Duration>().is_err(), "{wrong}");
        }
        assert_eq!("12 months".parse::<Duration>().expect("a duration").to_string(), "12 months");
    }

    #[test]
    fn a_day_that_does_not_exist_is_no_date() {
        for wrong in ["2026-02-29", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01T00:00:00"] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
        assert_eq!(day("2024-02-29").days_since(day("2023-02-28")), 366);
        assert_eq!(Date::of_unix(0).to_string(), "1970-01-01");
        assert_eq!(Date::of_unix(day("2026-11-21").unix()), day("2026-11-21"));
    }
}
