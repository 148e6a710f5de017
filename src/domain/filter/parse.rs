//! From text to a filter: first the terms with their places, then what each means
//! in the list.

use std::ops::Range;

use chrono::NaiveDate;
use winnow::combinator::{alt, delimited, opt, preceded, repeat};
use winnow::prelude::*;
use winnow::token::{any, none_of, take_while};

use super::value::{milliseconds, moment, network, seconds};
use super::vocabulary::{Field, Kind};
use super::{Compare, Filter, Problem, Term, Test, vocabulary};
use crate::domain::list::List;
use crate::domain::years;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// What was read: names of kept filters stand for their texts.
    pub text: String,
    /// Bytes of the text.
    pub place: Range<usize>,
    pub why: Problem,
}

impl Wrong {
    /// What means nothing.
    #[must_use]
    pub fn word(&self) -> &str {
        self.text.get(self.place.clone()).unwrap_or_default()
    }
}

/// A filter of a list.
///
/// # Errors
/// The first term that means nothing, with its place in the text.
pub fn parse(list: List, text: &str) -> Result<Filter, Wrong> {
    let fields = vocabulary::of(list);
    if fields.is_empty() {
        return Ok(Filter::of_words(text));
    }
    let mut rest = text;
    let mut terms = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(Filter { terms });
        }
        let start = text.len() - rest.len();
        // Every character begins some term: this ends, whatever was typed.
        let Ok(raw) = term.parse_next(&mut rest) else {
            return Err(Wrong { text: text.to_owned(), place: start..text.len(), why: Problem::NotUnderstood });
        };
        let place = start..text.len() - rest.len();
        terms.push(meaning(fields, raw).map_err(|why| Wrong { text: text.to_owned(), place, why })?);
    }
}

/// A term as it was written.
struct Raw {
    negated: bool,
    name: String,
    /// Whether the name was in quotes: then it is a word, whatever it says.
    is_quoted: bool,
    compared: Option<(Compare, String)>,
}

fn term(input: &mut &str) -> ModalResult<Raw> {
    let negated = opt('-').parse_next(input)?.is_some();
    if let Some(name) = opt(quoted).parse_next(input)? {
        return Ok(Raw { negated, name, is_quoted: true, compared: None });
    }
    let name: &str = take_while(0.., |c: char| !c.is_whitespace() && !is_sign(c) && c != '"').parse_next(input)?;
    let compared = opt((compare, value)).parse_next(input)?;
    if name.is_empty() && compared.is_none() && !negated {
        // A quote that is not closed: what follows is the word.
        any.parse_next(input)?;
        let open: &str = take_while(0.., |c: char| c != '"').parse_next(input)?;
        return Ok(Raw { negated, name: open.to_owned(), is_quoted: true, compared: None });
    }
    Ok(Raw { negated, name: name.to_owned(), is_quoted: false, compared })
}

fn is_sign(c: char) -> bool {
    matches!(c, ':' | '=' | '<' | '>')
}

fn compare(input: &mut &str) -> ModalResult<Compare> {
    alt((
        ">=".value(Compare::AtLeast),
        "<=".value(Compare::AtMost),
        ">".value(Compare::More),
        "<".value(Compare::Less),
        ":".value(Compare::Equal),
        "=".value(Compare::Equal),
    ))
    .parse_next(input)
}

fn value(input: &mut &str) -> ModalResult<String> {
    // A quote that is not closed yet: what follows is the value.
    let open = preceded('"', take_while(0.., |c: char| c != '"')).map(str::to_owned);
    let bare = take_while(0.., |c: char| !c.is_whitespace()).map(str::to_owned);
    alt((quoted, open, bare)).parse_next(input)
}

/// `"a \"word\" and more"`
fn quoted(input: &mut &str) -> ModalResult<String> {
    let one = alt((preceded('\\', any), none_of(['"', '\\'])));
    delimited('"', repeat(0.., one), '"').parse_next(input)
}

fn meaning(fields: &'static [Field], raw: Raw) -> Result<Term, Problem> {
    let Raw { negated, name, is_quoted, compared } = raw;
    let field = fields.iter().find(|field| !is_quoted && field.name.eq_ignore_ascii_case(&name));
    let Some((compare, value)) = compared else {
        return match field {
            Some(Field { kind: Kind::Statement, .. }) => Ok(Term { negated, field, test: Test::Is }),
            _ if name.is_empty() => Err(Problem::NothingFollows),
            _ => Ok(Term { negated, field: None, test: Test::Contains(name) }),
        };
    };
    let Some(field) = field else {
        let names = fields.iter().filter(|field| field.kind != Kind::Statement).map(|field| field.name);
        return Err(Problem::UnknownField(names.collect()));
    };
    let test = tested(field, compare, value.trim())?;
    Ok(Term { negated, field: Some(field), test })
}

fn tested(field: &'static Field, compare: Compare, value: &str) -> Result<Test, Problem> {
    let only_equal = || if compare == Compare::Equal { Ok(()) } else { Err(Problem::NeedsColon(field)) };
    match field.kind {
        Kind::Statement => Err(Problem::TakesNoValue(field)),
        Kind::Text => {
            only_equal()?;
            if value.is_empty() { Err(Problem::EmptyText) } else { Ok(Test::Contains(value.to_owned())) }
        }
        Kind::OneOf(values) => {
            only_equal()?;
            let value = vocabulary::value_of(field, value);
            let found = values.iter().find(|one| one.eq_ignore_ascii_case(value));
            found.map(|one| Test::One(one)).ok_or(Problem::UnknownValue(values))
        }
        Kind::Age if compare == Compare::Equal => Err(Problem::NeedsComparison { field, value: value.to_owned() }),
        Kind::Age => seconds(value).map(|seconds| Test::Age(compare, seconds)).ok_or(Problem::NoDuration),
        Kind::Hours => milliseconds(value).map(|ms| Test::Hours(compare, ms)).ok_or(Problem::NoHours),
        Kind::Day => match NaiveDate::parse_from_str(value, "%Y-%m-%d") {
            Ok(day) if !years::in_range(&day) => Err(Problem::YearOutOfRange),
            Ok(day) if value.len() == 10 => Ok(Test::Day(compare, day)),
            _ => Err(Problem::NoDay),
        },
        Kind::Level(levels) => levels
            .iter()
            // Lists show the first letters of it.
            .position(|level| value.len() >= 3 && level.to_ascii_lowercase().starts_with(&value.to_ascii_lowercase()))
            .map(|level| Test::Level(compare, level))
            .ok_or(Problem::UnknownLevel(levels)),
        Kind::Number => value.parse().map(|number| Test::Number(compare, number)).map_err(|_| Problem::NoNumber(field)),
        Kind::Network => {
            only_equal()?;
            network(value).map(Test::Network).ok_or(Problem::NoNetwork)
        }
        Kind::Moment => {
            only_equal()?;
            let at = moment(value).ok_or(Problem::NoMoment)?;
            if at.is_kept() { Ok(Test::Moment(at)) } else { Err(Problem::YearOutOfRange) }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strum::VariantArray;

    use super::super::Moment;
    use super::*;

    fn of(text: &str) -> Result<Filter, Wrong> {
        parse(List::TimeRecords, text)
    }

    #[test]
    fn all_of_the_language_at_once() {
        let text =
            r#"flagged site:"North" age>3d hours>=12 flag:geo_outside -student:"part of a name" status:pending Abb"#;
        let filter = of(text).expect("a filter");
        assert_eq!(
            filter.to_string(),
            r#"flagged site:North age>3d hours>=12 flag:GEO_OUTSIDE -student:"part of a name" status:pending Abb"#
        );
        assert_eq!(of(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn what_is_wrong_is_pointed_at_and_says_what_to_do() {
        for (text, word, why) in [
            ("flagged age>3x", "age>3x", "write a duration such as 3d, 12h, 30m or 2w."),
            ("age:3d", "age:3d", "write age>3d or age<3d."),
            ("flag:GEO", "flag:GEO", "use one of OPEN_TOO_LONG, "),
            ("colour:red clean", "colour:red", "no such field. Use one of student, site, "),
            ("hours>=12h", "hours>=12h", "write hours such as 12 or 7.5."),
            ("date:2026-02-30", "date:2026-02-30", "write a day such as 2026-11-20."),
            ("date:-99999-1-1", "date:-99999-1-1", "use a year from 1950 to 2199."),
            ("clean date>9999-12-31", "date>9999-12-31", "use a year from 1950 to 2199."),
            ("student>A", "student>A", "write student: followed by part of the text."),
            ("student:", "student:", "type part of the text after it."),
            ("flagged:yes", "flagged:yes", "use flagged without a value."),
            ("clean -", "-", "type something after it."),
            (">=3", ">=3", "no such field"),
        ] {
            let wrong = of(text).expect_err(text);
            assert!(wrong.why.to_string().starts_with(why), "{text}: {wrong}");
            assert_eq!((&text[wrong.place.clone()], wrong.word()), (word, word), "{text}");
        }
    }

    #[test]
    fn the_words_of_the_audit_trail() {
        let text = "severity>=high ip:10.1.2.3/8 since:2h until:2026-11-20T14:30 changed:role actor:\"Ada N\" status>=400 -endpoint:web since:2026-11-20T14:30:00-06:00 until:2026-11-20";
        let filter = parse(List::Audit, text).expect("a filter");
        assert_eq!(
            filter.to_string(),
            "severity>=HIGH ip:10.0.0.0/8 since:2h until:2026-11-20T14:30:00 changed:role actor:\"Ada N\" status>=400 -endpoint:web since:2026-11-20T20:30:00Z until:2026-11-20"
        );
        for (text, why) in [
            ("severity>=LOUD", "use one of LOW, MEDIUM, HIGH, CRITICAL, lowest first."),
            ("ip:10.0.0", "write an address such as 10.2.0.77"),
            ("ip:10.0.0.0/33", "write an address such as 10.2.0.77"),
            ("since:yesterday", "use how long ago (2h)"),
            ("since:1949-12-31", "use a year from 1950 to 2199."),
            ("until:9999-12-31T23:59:59Z", "use a year from 1950 to 2199."),
            ("since>2h", "write since: followed by a time."),
            ("status:ok", "write status:404"),
        ] {
            let wrong = parse(List::Audit, text).expect_err(text);
            assert!(wrong.why.to_string().starts_with(why), "{text}: {wrong}");
        }
    }

    #[test]
    fn words_are_words_and_quotes_make_them_so() {
        let words = |text: &str| {
            of(text)
                .expect(text)
                .terms
                .into_iter()
                .map(|term| (term.negated, term.field.is_none(), term.test))
                .collect::<Vec<_>>()
        };
        let word = |text: &str| (false, true, Test::Contains(text.to_owned()));
        assert_eq!(words("Abbott  O'Brien"), [word("Abbott"), word("O'Brien")]);
        assert_eq!(words(r#""clean" "two words" "a \"b\"""#), [word("clean"), word("two words"), word("a \"b\"")]);
        assert_eq!(words(r#""not closed"#), [word("not closed")]);
        assert_eq!(words("student")[0].2, Test::Contains("student".into()), "a field's name alone is a word");
        assert_eq!(parse(List::Users, "a:b -c").expect("words").terms.len(), 2);
    }

    #[test]
    fn severities_have_the_names_of_the_screen_too() {
        let shown = |text: &str| of(text).expect(text).to_string();
        assert_eq!(shown("severity:Blocking severity:warning"), "severity:hard severity:warn");
        assert_eq!(shown("severity:hard severity:clean"), "severity:hard severity:clean");
    }

    #[test]
    fn a_status_is_taken_out() {
        let mut filter = of("flagged status:approved status:rejected").expect("a filter");
        assert_eq!(filter.take("status"), Some("rejected"));
        assert_eq!((filter.to_string().as_str(), filter.take("status")), ("flagged", None));
    }

    fn any_term(list: List) -> impl Strategy<Value = Term> {
        let fields = vocabulary::of(list);
        let field = proptest::option::of(0..fields.len()).prop_map(move |i| i.map(|i| &fields[i]));
        let compare =
            prop::sample::select(vec![Compare::Less, Compare::AtMost, Compare::Equal, Compare::AtLeast, Compare::More]);
        (prop::bool::ANY, field, compare, "\\PC{1,12}", 0i64..1_000_000, 0..20_000i32).prop_map(
            |(negated, field, compare, word, number, day)| {
                let word = if word.trim().is_empty() { "x".to_owned() } else { word.trim().to_owned() };
                let unequal = if compare == Compare::Equal { Compare::More } else { compare };
                let test = match field.map(|field| &field.kind) {
                    None | Some(Kind::Text) => Test::Contains(word),
                    Some(Kind::Statement) => Test::Is,
                    Some(Kind::OneOf(values)) => Test::One(values[usize::try_from(number).unwrap_or(0) % values.len()]),
                    Some(Kind::Age) => Test::Age(unequal, number),
                    Some(Kind::Hours) => Test::Hours(compare, number * 360),
                    Some(Kind::Day) => Test::Day(compare, day_number(day)),
                    Some(Kind::Level(levels)) => {
                        Test::Level(compare, usize::try_from(number).unwrap_or(0) % levels.len())
                    }
                    Some(Kind::Number) => Test::Number(compare, number),
                    Some(Kind::Network) => Test::Network(format!("10.{}.0.0/16", number % 256)),
                    Some(Kind::Moment) => Test::Moment(match number % 4 {
                        0 => Moment::Ago(number),
                        1 => Moment::Day(day_number(day)),
                        2 => Moment::There(day_number(day).and_hms_milli_opt(13, 5, 7, 250).expect("a time")),
                        _ => Moment::At(day_number(day).and_hms_opt(13, 5, 7).expect("a time").and_utc()),
                    }),
                };
                Term { negated, field, test }
            },
        )
    }

    fn day_number(day: i32) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(719_163 + day).expect("a day")
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            records in prop::collection::vec(any_term(List::TimeRecords), 0..6),
            events in prop::collection::vec(any_term(List::Audit), 0..6),
        ) {
            for (list, terms) in [(List::TimeRecords, records), (List::Audit, events)] {
                let filter = Filter { terms };
                prop_assert_eq!(parse(list, &filter.to_string()), Ok(filter));
            }
        }

        #[test]
        fn nothing_that_is_typed_panics_and_what_is_wrong_is_in_the_text(text in "[ -~]{0,40}|\\PC{0,40}") {
            for list in List::VARIANTS {
                if let Err(wrong) = parse(*list, &text) {
                    prop_assert_eq!(&text[wrong.place.clone()], wrong.word());
                }
            }
        }
    }
}
