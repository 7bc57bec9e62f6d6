//! The users that `RUN` lines of a Dockerfile make (`useradd` of shadow, `adduser` of Debian and of
//! BusyBox, `usermod`).

use crate::text::secret::Text;
use crate::vocabulary::{built_image::ImageUser, located::Located};

/// The users that a command makes or changes, into a list of those that are known.
pub(super) fn learn(run: &Located<Text>, users: &mut Vec<ImageUser>) {
    let script = run.value.expose();
    if !["useradd", "adduser", "usermod"].iter().any(|program| script.contains(program)) {
        return;
    }
    for command in script.split(['\n', ';', '&', '|']) {
        let words: Vec<&str> =
            command.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
        let Some(at) = words.iter().position(|word| is_program(word)) else { continue };
        match words[at].rsplit('/').next() {
            Some("usermod") => change(&words[at + 1..], users),
            _ => make(&words[at + 1..], users),
        }
    }
}

fn is_program(word: &str) -> bool {
    matches!(word.rsplit('/').next(), Some("useradd" | "adduser" | "usermod"))
}

/// Options that have a value, of all of these programs.
const WITH_VALUE: [&str; 24] = [
    "-u",
    "--uid",
    "-d",
    "--home-dir",
    "--home",
    "-h",
    "-g",
    "--gid",
    "-G",
    "--groups",
    "--ingroup",
    "-s",
    "--shell",
    "-c",
    "--comment",
    "--gecos",
    "-k",
    "--skel",
    "-b",
    "--base-dir",
    "-l",
    "--login",
    "-p",
    "--password",
];

/// Options with their values, and the words that are none.
fn read<'a>(words: &[&'a str]) -> (Vec<(&'a str, &'a str)>, Vec<&'a str>) {
    let (mut options, mut plain) = (Vec::new(), Vec::new());
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if let Some((name, value)) = word.split_once('=').filter(|_| word.starts_with("--")) {
            options.push((name, value));
        } else if WITH_VALUE.contains(word) {
            options.push((word, rest.next().copied().unwrap_or_default()));
        } else if word.len() > 2 && word.starts_with('-') && !word.starts_with("--") {
            // `-mu 1000`: the last of several letters may have a value.
            let last = word.char_indices().next_back().map_or("", |(at, _)| &word[at..]);
            if matches!(last, "u" | "d" | "g" | "G" | "s" | "c") {
                let name = if last == "u" {
                    "-u"
                } else if last == "d" {
                    "-d"
                } else {
                    ""
                };
                options.push((name, rest.next().copied().unwrap_or_default()));
            }
        } else if !word.starts_with('-') {
            plain.push(*word);
        }
    }
    (options, plain)
}

fn option<'a>(options: &[(&'a str, &'a str)], names: &[&str]) -> Option<&'a str> {
    options.iter().rfind(|(name, _)| names.contains(name)).map(|(_, value)| *value)
}

fn make(words: &[&str], users: &mut Vec<ImageUser>) {
    let (options, plain) = read(words);
    // `adduser USER GROUP` puts a user into a group: the first word is the user either way.
    let Some(name) = plain.first().filter(|name| is_name(name)) else { return };
    if users.iter().any(|user| user.name == **name) {
        return;
    }
    let home = option(&options, &["-d", "--home-dir", "--home", "-h"]).filter(|home| home.starts_with('/'));
    let base = option(&options, &["-b", "--base-dir"]).unwrap_or("/home");
    users.push(ImageUser {
        name: (*name).to_owned(),
        uid: option(&options, &["-u", "--uid"]).and_then(|uid| uid.parse().ok()),
        home: home.map_or_else(|| format!("{base}/{name}"), str::to_owned),
    });
}

fn change(words: &[&str], users: &mut Vec<ImageUser>) {
    let (options, plain) = read(words);
    let Some(name) = plain.last().filter(|name| is_name(name)) else { return };
    let home = option(&options, &["-d", "--home"]).filter(|home| home.starts_with('/'));
    let login = option(&options, &["-l", "--login"]).filter(|login| is_name(login));
    let uid = option(&options, &["-u", "--uid"]).and_then(|uid| uid.parse().ok());
    if let Some(user) = users.iter_mut().find(|user| user.name == **name) {
        user.uid = uid.or(user.uid);
        if let Some(home) = home {
            home.clone_into(&mut user.home);
        }
        if let Some(login) = login {
            login.clone_into(&mut user.name);
        }
        return;
    }
    // A user of the base image: only where it gets a home is that one known.
    if let Some(home) = home {
        users.push(ImageUser { name: login.unwrap_or(name).to_owned(), uid, home: home.to_owned() });
    }
}

fn is_name(word: &str) -> bool {
    let begins = word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    begins && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_that_make_users() {
        for (script, expected) in [
            ("npm i -g openclaw && useradd -m -u 1501 claw", "claw 1501 /home/claw"),
            (
                "useradd --create-home --uid=1001 --home-dir /srv/claw --shell /bin/bash claw",
                "claw 1001 /srv/claw",
            ),
            ("adduser -D -u 1001 -h /data claw", "claw 1001 /data"),
            ("addgroup -S claw && adduser -S -G claw claw", "claw - /home/claw"),
            ("adduser --disabled-password --gecos '' bot", "bot - /home/bot"),
            ("groupadd -r app; useradd -rmg app app", "app - /home/app"),
            ("useradd -mu 1002 x", "x 1002 /home/x"),
            ("adduser claw docker", "claw - /home/claw"),
            ("useradd -m claw && usermod -d /data claw", "claw - /data"),
            ("usermod -l claw -d /home/claw -m node", "claw - /home/claw"),
            ("usermod -aG docker node", ""),
            ("useradd $NAME", ""),
            ("echo useradd", ""),
            ("/usr/sbin/useradd\n  -m y", ""),
        ] {
            let mut users = Vec::new();
            learn(&Located { value: script.into(), place: None }, &mut users);
            let uid = |user: &ImageUser| user.uid.map_or("-".to_owned(), |uid| uid.to_string());
            let shown: Vec<String> =
                users.iter().map(|user| format!("{} {} {}", user.name, uid(user), user.home)).collect();
            assert_eq!(shown.join(", "), expected, "{script}");
        }
    }
}
