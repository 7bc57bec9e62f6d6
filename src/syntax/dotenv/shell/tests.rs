use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Script {
    parse(text, &|name| (name == "HOME").then(|| "/home/node".into()))
}

/// What is set in the end, and `?` for what cannot be known.
fn set(text: &str) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for line in read(text).assignments {
        let value = match line.effect {
            Effect::Sets(text) => text.expose().to_owned(),
            Effect::Unknown(_) => "?".to_owned(),
            Effect::Nothing(_) => continue,
        };
        all.retain(|(name, _)| **name != *line.name);
        all.push((line.name.into(), value));
    }
    all
}

/// Each expectation is what dash answers.
#[test]
fn dialect() {
    for (text, expected) in [
        ("A=1\nB=2", &[("A", "1"), ("B", "2")][..]),
        ("A=1 B=$A", &[("A", "1"), ("B", "1")]),
        ("export A=1 B='x y'", &[("A", "1"), ("B", "x y")]),
        ("A=a#b # c", &[("A", "a#b")]),
        ("A='a'b\"c\"\\d", &[("A", "abcd")]),
        ("A=\"a\\nb\\$c\\\\\"", &[("A", "a\\nb$c\\")]),
        ("A='x\ny'", &[("A", "x\ny")]),
        ("A=x\\\ny", &[("A", "xy")]),
        ("A=pa$w0rd", &[("A", "pa")]),
        ("A='pa$w0rd'", &[("A", "pa$w0rd")]),
        ("A=${B:-x}${B-y}${B+z}", &[("A", "xy")]),
        ("A=1\nB=\"${A:+set}\"", &[("A", "1"), ("B", "set")]),
        ("A=~/x:~", &[("A", "/home/node/x:/home/node")]),
        ("A='~'/x", &[("A", "~/x")]),
        ("A=$(date)\nB=`date`", &[("A", "?"), ("B", "?")]),
        ("A=1;B=2", &[("A", "1"), ("B", "2")]),
        ("A=1\r\nB=2", &[("A", "1\r"), ("B", "2")]),
        ("A=b c", &[]),
        ("A=1 $B", &[("A", "1")]),
        ("A=x&y", &[]),
        ("A = 1\nB=2", &[("B", "2")]),
        ("A: 1\nA.B=1\n1A=1\nB=2", &[("B", "2")]),
        ("\u{feff}A=1\nB=2", &[("B", "2")]),
        ("A=1\nB='x\nC=3", &[("A", "1")]),
        ("A=(1)\nB=2", &[]),
        ("A=${B?}\nB=2", &[]),
        ("A=${/}\nB=2", &[]),
        ("A=", &[("A", "")]),
        ("A=a\\ b", &[("A", "a b")]),
    ] {
        let expected: Vec<_> = expected.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert_eq!(set(text), expected, "{text:?}");
    }
}

#[test]
fn lines_that_run_commands_say_so() {
    let script = read("A=b c\nA = 1\nB=2");
    assert_eq!(script.problems.len(), 2);
    assert!(script.problems.iter().all(|p| p.message == RUNS));
    assert!(!script.stops);
    assert!(read("A='x").stops);
    assert_eq!(read("A=$(x)").assignments[0].effect, Effect::Unknown(RUNS));
    assert_eq!(read("A=b c").assignments[0].effect, Effect::Nothing(FOR_A_COMMAND));
}

#[test]
fn places() {
    let text = "export A='x y' # z";
    let script = read(text);
    assert_eq!(&text[script.assignments[0].name_span.range()], "A");
    assert_eq!(&text[script.assignments[0].value_span.range()], "'x y'");
}

#[test]
fn nesting_and_growth_end() {
    assert!(read(&"A=${B:-".repeat(10_000)).stops);
    let doubling: String = (0..64).map(|_| "A=x$A$A\n").collect();
    assert!(read(&doubling).stops);
}

proptest! {
    #[test]
    fn never_panics_and_stays_within_bounds(
        text in prop_oneof!["(?s).{0,60}", "[AB=$(){}'\"`\\\\ \n#;&|<>:+?%~-]{0,60}"],
    ) {
        let script = read(&text);
        for line in &script.assignments {
            prop_assert!(text.get(line.value_span.range()).is_some());
            prop_assert!(text.get(line.name_span.range()).is_some());
        }
        for problem in &script.problems {
            prop_assert!(text.get(problem.span.range()).is_some());
        }
    }
}
