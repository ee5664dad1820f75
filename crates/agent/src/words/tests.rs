//! Times and waits as people read them.

use super::*;

#[test]
fn the_clock_is_the_zones() {
    let noon = UnixMillis(1_767_268_800_000);
    for (offset, shown) in
        [(0, "12:00"), (3_600, "13:00"), (-12 * 3_600 - 60, "23:59"), (5 * 3_600 + 2_700, "17:45")]
    {
        assert_eq!(clock(noon, offset), shown);
    }
}

#[test]
fn waiting_is_minutes_and_seconds() {
    for (seconds, shown) in [(0, "0:00"), (40, "0:40"), (130, "2:10"), (3_725, "62:05")] {
        assert_eq!(minutes(Duration::from_secs(seconds)), shown);
    }
}

#[test]
fn a_wait_is_counted_up_to_whole_seconds() {
    let detail = |millis| no_connection(Duration::from_millis(millis)).detail.unwrap();
    assert!(detail(7_200).ends_with("Retrying in 8 s."));
    assert!(detail(0).ends_with("Retrying now."));
}

// P7: with its day where that is not today.
#[test]
fn a_time_on_another_day_bears_its_day() {
    const DAY: u64 = 86_400_000;
    let at = |millis: i64| UnixMillis(1_767_268_800_000_u64.saturating_add_signed(millis));
    // 2026-01-01 23:52 in this zone.
    let times = Times { now: at(10 * 3_600_000 + 52 * 60_000), utc_offset_s: 3_600 };
    for (millis, shown) in [
        (0, "13:00"),
        (DAY.cast_signed(), "tomorrow 13:00"),
        (-DAY.cast_signed(), "yesterday 13:00"),
        (2 * DAY.cast_signed(), "3 Jan 13:00"),
        (-2 * DAY.cast_signed(), "30 Dec 13:00"),
        (59 * DAY.cast_signed(), "1 Mar 13:00"),
        (789 * DAY.cast_signed(), "29 Feb 13:00"),
        (790 * DAY.cast_signed(), "1 Mar 13:00"),
    ] {
        assert_eq!(times.when(at(millis)), shown);
    }
}

#[test]
fn people_are_called_by_their_first_name_where_it_comes_first() {
    for (name, called) in
        [("Dana Reyes", "Dana"), ("Shah, Priya", "Shah, Priya"), ("山田 太郎", "山田 太郎"), ("", "Somebody")]
    {
        assert_eq!(first_name(name), called);
    }
    assert!(first_name("عبد الله حداد").contains("عبد الله حداد"));
}
