use super::*;

/// A tree in short: words by their pieces, commands in brackets.
fn short(commands: &[ShellCommand]) -> String {
    commands.iter().map(command).collect::<Vec<_>>().join("; ")
}

fn command(c: &ShellCommand) -> String {
    let text = match &c.kind {
        CommandKind::Simple(simple) => {
            let set = simple.assignments.iter().map(|a| format!("{}={}", a.name, word(&a.value)));
            let redirects = simple.redirects.iter().map(redirect);
            set.chain(simple.words.iter().map(word)).chain(redirects).collect::<Vec<_>>().join(" ")
        }
        CommandKind::AndOr(first, rest) => rest.iter().fold(command(first), |all, (and, next)| {
            format!("{all} {} {}", if *and { "&&" } else { "||" }, command(next))
        }),
        CommandKind::Pipeline { negated, commands } => {
            let all: Vec<String> = commands.iter().map(command).collect();
            format!("{}{}", if *negated { "! " } else { "" }, all.join(" | "))
        }
        CommandKind::Background(c) => format!("{} &", command(c)),
        CommandKind::Group(list) => format!("{{{}}}", short(list)),
        CommandKind::Subshell(list) => format!("({})", short(list)),
        CommandKind::If { branches, otherwise } => {
            let all = branches.iter().map(|(c, b)| format!("if {} then {}", short(c), short(b)));
            format!("{} else {}", all.collect::<Vec<_>>().join(" "), short(otherwise))
        }
        CommandKind::Loop { condition, body } => format!("while {} do {}", short(condition), short(body)),
        CommandKind::For { name, words, body } => {
            let words = words.as_ref().map(|w| w.iter().map(word).collect::<Vec<_>>().join(","));
            format!("for {name} in {words:?} do {}", short(body))
        }
        CommandKind::Case { word: subject, arms } => {
            let arm = |a: &CaseArm| {
                format!("{}) {}", a.patterns.iter().map(word).collect::<Vec<_>>().join("|"), short(&a.body))
            };
            format!("case {} {}", word(subject), arms.iter().map(arm).collect::<Vec<_>>().join(" ;; "))
        }
        CommandKind::Function { name, body } => format!("{name}() {}", command(body)),
        CommandKind::Test(words) => format!("[[{}]]", words.iter().map(word).collect::<Vec<_>>().join(" ")),
        CommandKind::Arithmetic => "((..))".to_owned(),
    };
    c.redirects.iter().fold(text, |all, r| format!("{all} {}", redirect(r)))
}

fn redirect(r: &Redirect) -> String {
    match &r.to {
        RedirectTo::Output { file, appends } => format!(">{}{}", if *appends { ">" } else { "" }, word(file)),
        RedirectTo::Input(file) => format!("<{}", word(file)),
        RedirectTo::Here(number) => format!("<<{number}"),
        RedirectTo::HereString(text) => format!("<<<{}", word(text)),
        RedirectTo::Descriptor => ">&".to_owned(),
    }
}

fn word(w: &Word) -> String {
    let piece = |piece: &WordPiece| match piece {
        WordPiece::Plain(text) => text.clone(),
        WordPiece::Quoted(text) => format!("'{text}'"),
        WordPiece::Command { commands, .. } => format!("$({})", short(commands)),
        WordPiece::Unknown => "?".to_owned(),
        WordPiece::Parameter(e) => {
            let operator = e
                .operator
                .as_ref()
                .map(|(colon, c, w)| format!("{}{c}{}", if *colon { ":" } else { "" }, word(w)));
            let mark = if e.changed { "~" } else { "" };
            format!(
                "${{{}{}{mark}{}}}",
                if e.indirect { "!" } else { "" },
                e.name,
                operator.unwrap_or_default()
            )
        }
    };
    w.pieces.iter().map(piece).collect()
}

#[test]
fn scripts_and_their_trees() {
    for (text, tree) in [
        ("export A=$(cat /run/secrets/t); exec node x", "export A=$(cat /run/secrets/t); exec node x"),
        ("A=1 B=\"x $Y\" cmd 'a b' c\\ d # no", "A=1 B='x '${Y} cmd 'a b' c' 'd"),
        (": \"${A:=x}\" ${B-} ${C:+'y'} ${D%/*} ${!E:-}", ": ${A:='x'} ${B-} ${C:+'y'} ${D~} ${!E:-}"),
        ("[ -f a ] || cp b a && exec \"$@\"", "[ -f a ] || cp b a && exec ${@}"),
        (
            "if [ -z \"$A\" ]; then exit 1; elif x; then y; else z; fi",
            "if [ -z ${A} ] then exit 1 if x then y else z",
        ),
        (
            "while ! curl -f x; do sleep 1; done; until y\ndo\nz\ndone",
            "while ! curl -f x do sleep 1; while y do z",
        ),
        (
            "for v in A B; do export $v; done\nfor a do echo $a; done",
            "for v in Some(\"A,B\") do export ${v}; for a in None do echo ${a}",
        ),
        (
            "case \"$1\" in -*|'') set -- node \"$@\";; *) x;; esac",
            "case ${1} -*|'') set -- node ${@} ;; *) x",
        ),
        (
            "f() { local a=$1; echo $a; }\nfunction g { x; }\nf 1",
            "f() {local a=${1}; echo ${a}}; g() {x}; f 1",
        ),
        ("(cd /x && y) > /dev/null 2>&1 &\nwait", "(cd /x && y) >/dev/null >& &; wait"),
        ("cat <<EOF > a\nx $Y\nEOF\nnext", "cat <<0 >a; next"),
        ("a | b |& c; ! d", "a | b | c; ! d"),
        ("[[ -n $A && $B == x* ]] && y", "[[-n ${A} && ${B} == x*]] && y"),
        ("A=`cat /x`; B=$((1+2)); C=(a b); D+=x", "A=$(cat /x); B=?; C=?; D=x"),
        ("x <<<\"$A\"; y < /in; diff <(a) b", "x <<<${A}; y </in; diff ? b"),
        ("a \\\n  b\n\n# c\nd;", "a b; d"),
        ("node -e 'a(process.env.X)'\nexec y", "node -e 'a(process.env.X)'; exec y"),
        ("A=\"$(cat <<'E'\nin\nE\n)\"; b", "A=$(cat <<0); b"),
    ] {
        let program = parse(text);
        assert_eq!(program.fault, None, "{text}");
        assert_eq!(short(&program.commands), tree, "{text}");
    }
}

#[test]
fn texts_of_here_documents() {
    let of = |text: &str| {
        let here = parse(text).here;
        here.iter().map(|h| word(&h.word)).collect::<Vec<_>>().join(" / ")
    };
    assert_eq!(of("cat <<EOF\na $B \"c\"\nEOF\n"), "'a '${B}' \"c\"\n'");
    assert_eq!(of("cat <<'EOF'\na $B\nEOF\nx <<-X\n\t\tb\n\tX\n"), "'a $B\n' / 'b\n'");
    assert_eq!(of("cat <<A; cat <<B\n1\nA\n2\nB\n"), "'1\n' / '2\n'");
}

#[test]
fn what_no_shell_takes_ends_the_reading() {
    for (text, before) in [
        ("a; b 'c", "a"),
        ("a; if b; then c", "a"),
        ("a; fi", "a"),
        ("a; $(b", "a"),
        ("a\n) b", "a"),
        ("a; case x in y", "a"),
    ] {
        let program = parse(text);
        assert!(program.fault.is_some(), "{text}");
        assert_eq!(short(&program.commands), before, "{text}");
    }
    let deep = "(".repeat(100_000);
    assert!(parse(&deep).fault.is_some());
    let deep = "$(".repeat(100_000);
    assert!(parse(&deep).fault.is_some());
    let quotes = "\"${a:-".repeat(100_000);
    assert!(parse(&quotes).fault.is_some());
}

#[test]
fn places() {
    let text = "a\n  export  X=\"y z\" ; b";
    let program = parse(text);
    let at = |span: crate::text::source::Span| &text[span.range()];
    assert_eq!(at(program.commands[1].span), "export  X=\"y z\"");
    assert_eq!(at(program.commands[1].simple().unwrap().words[1].span), "X=\"y z\"");
}
