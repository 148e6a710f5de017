use super::request::{KEPT, PAGE};
use super::*;
use crate::domain::window::{Around, Page};

#[derive(Clone, Debug, PartialEq)]
struct Letter(String);

impl Listed for Letter {
    type Key = String;
    type Order = ();
    fn id(&self) -> &str {
        &self.0
    }
    fn key(&self, (): ()) -> String {
        self.0.clone()
    }
}

fn letters(text: &str) -> Vec<Letter> {
    text.chars().map(|c| Letter(c.to_string())).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of an answer")]
fn page(text: &str) -> Result<Page<Letter>, Failure> {
    Ok(Page { rows: letters(text), ..Page::default() })
}

/// What the store answers about a list.
#[expect(clippy::unnecessary_wraps, reason = "the shape of an answer")]
fn answer(all: &[Letter], asked: &Request<String>) -> Result<Page<Letter>, Failure> {
    let before = |key: &String| all.iter().filter(|letter| letter.0 < *key).count();
    let (from, to) = match &asked.place {
        Place::Start => (0, asked.limit),
        Place::End => (all.len().saturating_sub(asked.limit), all.len()),
        Place::After(key) => {
            let from = before(key) + usize::from(all.iter().any(|letter| letter.0 == *key));
            (from, from + asked.limit)
        }
        Place::Before(key) => (before(key).saturating_sub(asked.limit), before(key)),
        Place::From(key) => (before(key), before(key) + asked.limit),
        Place::Rows(ids) => {
            let rows = all.iter().filter(|letter| ids.contains(&letter.0)).cloned().collect();
            return Ok(Page { rows, ..Page::default() });
        }
        Place::Around(around) => {
            let at = before(&around.key);
            (at.saturating_sub(around.above), at + asked.limit - around.above)
        }
    };
    let to = to.min(all.len());
    let (anchor, new_above) = match &asked.place {
        Place::Around(Around { key, since, .. }) => (before(key) - from, since.as_ref().map_or(0, before)),
        _ => (0, 0),
    };
    Ok(Page { rows: all[from..to].to_vec(), before: from, after: to < all.len(), anchor, new_above })
}

fn window(text: &str) -> Window<Letter> {
    let mut window = Window::new(());
    window.height = 3;
    let first = window.restart(());
    window.receive(first.ticket, page(text));
    window
}

/// The list is another one now, and is read again.
fn refreshed(window: &mut Window<Letter>, text: &str) {
    let request = window.refresh().expect("nothing is under way");
    window.receive(request.ticket, answer(&letters(text), &request));
}

fn under_cursor(window: &Window<Letter>) -> &str {
    window.current().map_or("", |row| row.id())
}

fn shown(window: &Window<Letter>) -> String {
    window.rows.iter().map(super::Listed::id).collect()
}

#[test]
fn a_jump_past_the_last_row_leads_to_the_end_also_when_a_change_comes_meanwhile() {
    let mut window = window("abc");
    let jump = window.jump(Place::After("z".into()));
    assert_eq!(window.refresh(), None);
    let next = window.receive(jump.ticket, Ok(Page { before: 1, ..Page::default() })).expect("the end");
    assert_eq!(next.place, Place::End);
}

#[test]
fn a_jump_past_the_last_row_leads_to_the_end() {
    let mut window = window("abc");
    let jump = window.jump(Place::After("z".into()));
    let next = window.receive(jump.ticket, Ok(Page { before: 1, ..Page::default() }));
    assert_eq!(next.map(|request| request.place), Some(Place::End));
}

#[test]
fn the_cursor_stays_on_its_record_and_on_its_line_while_rows_leave_above() {
    let mut window = window("abcdefgh");
    window.step(Step::Down(5));
    let line = window.cursor - window.top;
    refreshed(&mut window, "acdefgh");
    assert_eq!(under_cursor(&window), "f");
    assert_eq!(window.cursor - window.top, line);
}

#[test]
fn a_step_down_skips_nothing_after_rows_left_above_together_with_the_cursors_own() {
    let mut window = window("abcdefgh");
    window.step(Step::Down(3));
    refreshed(&mut window, "efgh");
    assert_eq!((under_cursor(&window), shown(&window).as_str()), ("d", "defgh"));
    window.step(Step::Down(1));
    assert_eq!(under_cursor(&window), "e");
}

#[test]
fn a_step_up_skips_nothing_after_rows_came_above_a_record_that_left() {
    let mut window = window("adefgh");
    window.step(Step::Down(2));
    refreshed(&mut window, "abcdfgh");
    assert_eq!((under_cursor(&window), shown(&window).as_str()), ("e", "abcdefgh"));
    window.step(Step::Up(1));
    assert_eq!(under_cursor(&window), "d");
}

#[test]
fn our_own_record_gives_way_to_the_next_one_also_when_rows_left_above() {
    let mut window = window("abcdefgh");
    window.step(Step::Down(3));
    window.leaves(["d".to_owned()]);
    refreshed(&mut window, "efgh");
    assert_eq!(under_cursor(&window), "e");
}

#[test]
fn the_cursor_follows_its_record_to_another_place_of_the_order() {
    let mut window = window("abcdefgh");
    window.step(Step::Down(3));
    let request = window.refresh().expect("a request");
    let rows = letters("abcefgdh");
    window.receive(request.ticket, Ok(Page { rows, anchor: 6, ..Page::default() }));
    assert_eq!((under_cursor(&window), window.cursor), ("d", 6));
}

#[test]
fn a_refresh_that_does_not_know_the_record_under_the_cursor_is_read_again_around_it() {
    let all: Vec<Letter> = (0..900).map(|n| Letter(format!("{n:03}"))).collect();
    let mut window = Window::new(());
    let mut request = Some(window.restart(()));
    while let Some(asked) = request.take() {
        request = window.receive(asked.ticket, answer(&all, &asked));
    }
    let early = window.refresh().expect("a request");
    let end = window.step(Step::Last).expect("the end is read");
    let late = window.receive(end.ticket, answer(&all, &end)).expect("the refresh that was given up");
    assert_eq!(window.receive(early.ticket, answer(&all, &early)), None, "it is out of date");
    window.step(Step::Up(50));
    let rows = all[..100].to_vec();
    let next = window.receive(late.ticket, Ok(Page { rows, anchor: 99, ..Page::default() })).expect("once more");
    assert_eq!(under_cursor(&window), "849");
    assert!(matches!(next.place, Place::Around(Around { key, .. }) if key == "849"));
}

#[test]
fn a_row_that_moved_into_the_next_page_is_not_shown_twice() {
    let mut window = Window::new(());
    window.height = 3;
    let first = window.restart(());
    let next = window.receive(first.ticket, Ok(Page { rows: letters("abc"), after: true, ..Page::default() }));
    let next = next.expect("the list goes on");
    let again = window.receive(next.ticket, page("bde")).expect("it is read again");
    assert_eq!(shown(&window), "abc");
    window.receive(again.ticket, answer(&letters("acbde"), &again));
    assert_eq!(shown(&window), "acbde");
}

#[test]
fn a_list_that_follows_holds_no_more_after_a_thousand_refreshes_than_after_one() {
    let mut window = window("");
    window.follow = true;
    let most = 2 * PAGE + window.height;
    for n in 0..1_000 {
        let request = window.refresh().expect("nothing is under way");
        assert!(request.limit <= most, "{} rows are asked for", request.limit);
        let rows = (0..request.limit).map(|row| Letter(format!("{n} {row}"))).collect::<Vec<_>>();
        window.receive(request.ticket, Ok(Page { rows, after: true, ..Page::default() }));
        assert!(window.rows.len() <= most, "{} rows are held", window.rows.len());
    }
}

#[test]
fn a_record_that_somebody_else_took_stays_under_the_cursor_until_it_moves() {
    let mut window = window("abcd");
    window.step(Step::Down(1));
    refreshed(&mut window, "acd");
    assert_eq!(under_cursor(&window), "b");
    assert!(window.is_gone(window.current().expect("a row")));
    window.step(Step::Down(1));
    assert_eq!(under_cursor(&window), "c");
    assert_eq!(window.rows.len(), 3);
}

#[test]
fn pointing_at_a_record_that_somebody_else_took_brings_no_other_one_under_the_cursor() {
    let mut window = window("abcd");
    window.step(Step::Down(1));
    refreshed(&mut window, "acd");
    window.point_at(1);
    assert_eq!(under_cursor(&window), "b");
}

#[test]
fn a_gone_record_at_the_top_gives_way_to_the_next_one() {
    let mut window = window("abcd");
    window.step(Step::Down(1));
    window.step(Step::Up(1));
    refreshed(&mut window, "bcd");
    assert_eq!(under_cursor(&window), "a");
    window.step(Step::Down(1));
    assert_eq!(under_cursor(&window), "b");
}

#[test]
fn a_record_that_we_decided_gives_way_at_once() {
    let mut window = window("abcd");
    window.step(Step::Down(1));
    window.leaves(["b".to_owned()]);
    refreshed(&mut window, "acd");
    assert_eq!(under_cursor(&window), "c");
}

#[test]
fn a_page_from_before_the_decision_does_not_make_our_own_record_somebody_elses() {
    let mut window = window("abcd");
    window.step(Step::Down(1));
    let early = window.refresh().expect("a request");
    window.leaves(["b".to_owned()]);
    window.receive(early.ticket, answer(&letters("abcd"), &early));
    refreshed(&mut window, "acd");
    assert_eq!(under_cursor(&window), "c");
    assert!(!window.is_gone(window.current().expect("a row")));
}

#[test]
fn a_record_that_we_decided_and_that_stayed_can_still_be_taken_by_somebody_else() {
    let mut window = window("abcd");
    window.step(Step::Down(1));
    window.leaves(["b".to_owned()]);
    refreshed(&mut window, "abcd");
    refreshed(&mut window, "acd");
    assert!(window.is_gone(window.current().expect("a row")));
}

#[test]
fn when_everything_on_the_screen_left_the_cursor_is_on_the_nearest_record_before_it() {
    let mut window = window("uvxyz");
    window.step(Step::Last);
    window.leaves(["x".to_owned(), "y".to_owned(), "z".to_owned()]);
    refreshed(&mut window, "uv");
    assert_eq!(under_cursor(&window), "v");
}

#[test]
fn a_change_during_a_reading_that_fails_is_not_forgotten() {
    let mut window = window("abc");
    let first = window.refresh().expect("a request");
    assert!(window.refresh().is_none());
    assert!(window.receive(first.ticket, Err(Failure::SignedOut)).is_some());
}

#[test]
fn a_refresh_that_was_given_up_for_a_jump_that_fails_is_made_good() {
    let mut window = window("abc");
    window.after = true;
    window.refresh().expect("a request");
    let jump = window.step(Step::Last).expect("the end is read");
    let next = window.receive(jump.ticket, Err(Failure::SignedOut)).expect("a refresh");
    assert!(matches!(next.place, Place::Around(_)));
}

#[test]
fn a_refresh_that_fails_loses_neither_cursor_nor_marks_nor_the_count_of_new_rows() {
    let mut window = window("cdefgh");
    window.step(Step::Down(3));
    window.toggle_mark();
    refreshed(&mut window, "abcdefgh");
    let before = (window.cursor, window.top, window.new_above, shown(&window));
    assert_eq!((under_cursor(&window), window.new_above), ("g", 2));
    let request = window.refresh().expect("a request");
    assert_eq!(window.receive(request.ticket, Err(Failure::SignedOut)), None);
    assert_eq!((window.cursor, window.top, window.new_above, shown(&window)), before);
    assert!(window.is_marked("f") && window.failure.is_some());
    refreshed(&mut window, "abcdefgh");
    assert_eq!((under_cursor(&window), window.new_above), ("g", 2));
}

#[test]
fn rows_that_come_in_above_are_counted_and_do_not_move_the_list() {
    let mut window = window("cdefgh");
    window.step(Step::Down(3));
    let top = window.rows[window.top].clone();
    refreshed(&mut window, "abcdefgh");
    assert_eq!(window.new_above, 2);
    assert_eq!(window.rows[window.top], top);
    window.step(Step::First);
    assert_eq!((window.new_above, under_cursor(&window)), (0, "a"));
}

#[test]
fn rows_above_are_counted_once_however_often_the_list_is_read() {
    let mut window = window("cdefgh");
    window.step(Step::Down(5));
    for _ in 0..5 {
        refreshed(&mut window, "abcdefgh");
    }
    assert_eq!(window.new_above, 2);
    refreshed(&mut window, "bcdefgh");
    assert_eq!(window.new_above, 1);
    // The row that was the first one has left; what stands above its place is new.
    refreshed(&mut window, "abdefgh");
    assert_eq!(window.new_above, 2);
}

#[test]
fn rows_that_a_reading_brought_in_above_the_screen_are_counted_as_well() {
    let mut window = window("cdefgh");
    let at_the_top = window.refresh().expect("a request");
    window.step(Step::Down(4));
    window.receive(at_the_top.ticket, answer(&letters("bcdefgh"), &at_the_top));
    assert_eq!((window.new_above, under_cursor(&window)), (1, "g"));
    refreshed(&mut window, "abcdefgh");
    assert_eq!(window.new_above, 2);
    window.step(Step::First);
    assert_eq!((window.new_above, under_cursor(&window)), (0, "a"));
}

#[test]
fn a_list_that_is_paused_stands_still_and_counts_until_it_follows_again() {
    let mut window = window("cdefgh");
    window.follow = true;
    assert_eq!(window.pause(), None);
    refreshed(&mut window, "abcdefgh");
    assert_eq!((window.new_above, under_cursor(&window), window.is_paused()), (2, "c", true));
    assert_eq!(window.cursor, window.top, "it stands still");
    let request = window.pause().expect("the list is read from its start");
    window.receive(request.ticket, page("abcdefgh"));
    assert_eq!((window.new_above, under_cursor(&window), window.is_paused()), (0, "a", false));
    refreshed(&mut window, "ABabcdef");
    assert_eq!(under_cursor(&window), "A", "it follows");
}

#[test]
fn an_answer_that_is_out_of_date_is_ignored() {
    let mut window = window("abc");
    let old = window.refresh().expect("a request");
    let new = window.restart(());
    window.receive(old.ticket, page("xyz"));
    assert_eq!(under_cursor(&window), "a");
    window.receive(new.ticket, page("m"));
    assert_eq!(under_cursor(&window), "m");
}

#[test]
fn the_last_key_wins_while_a_jump_is_being_read() {
    let mut window = window("abc");
    window.before = 1;
    let home = window.step(Step::First).expect("the start is read");
    let end = window.step(Step::Last).expect("the end is read");
    window.receive(home.ticket, page("abc"));
    window.receive(end.ticket, page("xyz"));
    assert_eq!(under_cursor(&window), "z");
}

#[test]
fn steps_during_a_jump_are_made_from_where_it_leads_to() {
    let mut window = window("mno");
    window.before = 1;
    let home = window.step(Step::First).expect("the start is read");
    assert_eq!(window.step(Step::Down(2)), None);
    window.receive(home.ticket, page("abcde"));
    assert_eq!(under_cursor(&window), "c");
}

#[test]
fn a_change_during_a_reading_leads_to_exactly_one_more() {
    let mut window = window("abc");
    let first = window.refresh().expect("a request");
    assert!(window.refresh().is_none());
    assert!(window.refresh().is_none());
    let second = window.receive(first.ticket, answer(&letters("abc"), &first)).expect("one more");
    assert!(window.receive(second.ticket, answer(&letters("abc"), &second)).is_none());
}

#[test]
fn memory_holds_a_few_pages_however_far_one_scrolls() {
    let all: Vec<Letter> = (0..5_000).map(|n| Letter(format!("{n:05}"))).collect();
    let mut window = Window::new(());
    let mut request = Some(window.restart(()));
    for _ in 0..2_000 {
        while let Some(asked) = request.take() {
            request = window.receive(asked.ticket, answer(&all, &asked));
        }
        request = window.step(Step::Down(2));
    }
    assert!(window.rows.len() <= (KEPT + 1) * PAGE + window.height, "{} rows", window.rows.len());
    assert_eq!(under_cursor(&window), "04000");
}
