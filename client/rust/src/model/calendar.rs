use crate::v1::calendar::{DateRange, Weekday, WeeklyHours};
use crate::v1::Calendar;

/// Making calendars. Whatever has no method here is a field.
///
/// ```
/// use ductape_jobs::{Calendar, Weekday};
///
/// let closed = Calendar::new("closed")
///     .on_dates(["2030-12-24"])
///     .on_yearly_dates(["12-25", "12-26"])
///     .on_weekdays([Weekday::Saturday, Weekday::Sunday]);
/// ```
impl Calendar {
    /// A calendar that covers no time yet.
    pub fn new(tag: impl Into<String>) -> Self {
        Calendar {
            tag: tag.into(),
            ..Default::default()
        }
    }

    /// Covers whole days, each `YYYY-MM-DD`.
    #[must_use]
    pub fn on_dates(mut self, dates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.dates.extend(dates.into_iter().map(Into::into));
        self
    }

    /// Covers whole days of every year, each `MM-DD`.
    #[must_use]
    pub fn on_yearly_dates(mut self, dates: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.yearly_dates.extend(dates.into_iter().map(Into::into));
        self
    }

    /// Covers the days from the first to the last, both included, each `YYYY-MM-DD`.
    #[must_use]
    pub fn between(mut self, first: impl Into<String>, last: impl Into<String>) -> Self {
        self.date_ranges.push(DateRange {
            first_date: first.into(),
            last_date: last.into(),
        });
        self
    }

    /// Covers these days of every week, whole.
    #[must_use]
    pub fn on_weekdays(self, days: impl IntoIterator<Item = Weekday>) -> Self {
        self.on_hours(days, "", "")
    }

    /// Covers hours of these days of every week, each `HH:MM`, up to `24:00`.
    #[must_use]
    pub fn on_hours(
        mut self,
        days: impl IntoIterator<Item = Weekday>,
        start: impl Into<String>,
        end: impl Into<String>,
    ) -> Self {
        let weekdays = days.into_iter().map(Into::into).collect();
        self.weekly_hours.push(WeeklyHours {
            weekdays,
            start: start.into(),
            end: end.into(),
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up() {
        let calendar = Calendar::new("closed")
            .on_dates(["2030-12-24"])
            .on_dates(["2030-12-31"])
            .between("2030-07-01", "2030-07-03")
            .on_hours([Weekday::Monday], "18:00", "24:00");
        assert_eq!(calendar.dates, ["2030-12-24", "2030-12-31"]);
        assert_eq!(calendar.date_ranges[0].last_date, "2030-07-03");
        assert_eq!(calendar.weekly_hours[0].weekdays, [1]);
    }
}
