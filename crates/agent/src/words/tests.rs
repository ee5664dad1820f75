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
