//! Random services.

use super::{
    Builder, EXTENDS_INCLUDED, Place, RESET_ALIAS, service_name,
    text::{self, Risk},
    yaml::Yaml,
};

const NUMBERS: [&str; 34] = [
    "1",
    "0",
    "-5",
    "+5",
    "1.5",
    "1.50",
    "1.0",
    "1e3",
    "1e6",
    "-0.0",
    "0x1F",
    "0o17",
    "017",
    "08",
    "1_000",
    "0b101",
    "true",
    "False",
    "TRUE",
    "yes",
    "off",
    "null",
    "~",
    "123456789.0",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "12:30:45",
    "1.2.3",
    ".5",
    "1e-7",
    "!!str 1",
    "!!int \"7\"",
    "0.1",
];

impl Builder {
    /// A service of a file.
    pub(super) fn service(
        &mut self,
        place: &Place,
        number: usize,
        services: usize,
        anchors: bool,
        included: bool,
    ) -> Yaml {
        if place.over && self.resets && self.rng.chance(4) {
            return Yaml::raw("null").marked("!reset");
        }
        let mut all: Vec<(String, Yaml)> = Vec::new();
        let merge_key = anchors && self.rng.chance(25);
        if merge_key {
            all.push(("<<".to_owned(), Yaml::raw("*service")));
        }
        if !place.over || self.rng.chance(25) {
            let image = if self.rng.chance(70) { "img".to_owned() } else { self.template(1) };
            let image = if image.trim().is_empty() { "img".to_owned() } else { format!("i{image}") };
            all.push(("image".to_owned(), Yaml::text(image)));
        }
        if self.rng.chance(75) {
            let mut environment = if anchors && self.rng.chance(25) {
                Yaml::raw("*env")
            } else {
                self.environment(place, anchors)
            };
            if place.over && self.resets && self.rng.chance(30) && !matches!(environment, Yaml::Raw(_)) {
                environment = if self.rng.chance(50) {
                    environment.marked("!override")
                } else {
                    Yaml::raw("null").marked("!reset")
                };
                if merge_key {
                    self.project.marks.insert(RESET_ALIAS);
                }
            }
            all.push(("environment".to_owned(), environment));
        }
        if self.rng.chance(40) {
            let mut files = self.env_files(place);
            if place.over && self.resets && self.rng.chance(30) {
                files = if self.rng.chance(50) {
                    files.marked("!override")
                } else {
                    Yaml::Seq(Vec::new()).marked("!reset")
                };
            }
            all.push(("env_file".to_owned(), files));
        }
        if self.rng.chance(15) {
            let profile = self.rng.pick(&["p1", "p2", "p3", "${UNSET:-p1}"]);
            all.push(("profiles".to_owned(), Yaml::Seq(vec![Yaml::text(profile)])));
        }
        // On a later service, as `extends` is of a later one: what is inherited makes no cycle.
        let left = services - number - 1;
        if left > 0 && !place.base.ends_with("/base") && self.rng.chance(20) {
            let on = service_name(place.prefix, number + 1 + self.rng.below(left));
            all.push(("depends_on".to_owned(), self.depends_on(on)));
        }
        if self.extends && self.rng.chance(20) {
            self.extends(place, number, services, included, &mut all);
        }
        self.others(&mut all);
        self.uses(place, &mut all);
        Yaml::Map(all)
    }

    /// `label_file`, and the configs and secrets that [`Builder::resources`] defines.
    fn uses(&mut self, place: &Place, all: &mut Vec<(String, Yaml)>) {
        if self.rng.chance(6) {
            let name = if self.risk.refused && self.rng.chance(10) { "missing.labels" } else { "a.labels" };
            if name == "a.labels" {
                let text = text::dotenv(&mut self.rng, self.risk);
                self.put(&format!("{}/{name}", place.base), text);
            }
            let file = Yaml::text(name);
            let list = self.rng.chance(40);
            all.push(("label_file".to_owned(), if list { Yaml::Seq(vec![file]) } else { file }));
        }
        // Only the first file of a project surely defines them.
        if place.prefix.is_empty() && !place.over && !place.base.ends_with("/base") {
            for kind in ["secrets", "configs"] {
                if self.rng.chance(5) {
                    let undefined = self.risk.refused && self.rng.chance(10);
                    let name = if undefined { "undefined" } else { "s1" };
                    let long = vec![
                        ("source".to_owned(), Yaml::text(name)),
                        ("target".to_owned(), Yaml::text("${UNSET:-/t}")),
                    ];
                    let item = if self.rng.chance(50) { Yaml::text(name) } else { Yaml::Map(long) };
                    all.push((kind.to_owned(), Yaml::Seq(vec![item])));
                    self.defined.insert(kind);
                }
            }
        }
    }

    /// Top-level `secrets` and `configs`, each in one of its forms.
    pub(super) fn resources(&mut self, place: &Place, root: &mut Vec<(String, Yaml)>) {
        if !place.prefix.is_empty() || place.over || place.base.ends_with("/base") {
            return;
        }
        for kind in ["secrets", "configs"] {
            if !self.defined.contains(kind) && !self.rng.chance(4) {
                continue;
            }
            let of_config = usize::from(kind == "configs");
            let (key, value) = match self.rng.below(3 + of_config) {
                0 => ("file", Yaml::text("./s1.txt")),
                1 => ("environment", Yaml::text(text::name(&mut self.rng))),
                2 => ("external", Yaml::raw("true")),
                _ => ("content", Yaml::text(self.template(2))),
            };
            let mut resource = vec![(key.to_owned(), value)];
            if self.risk.refused && self.rng.chance(8) {
                resource.push(("file".to_owned(), Yaml::text("other.txt")));
            }
            resource.dedup_by(|a, b| a.0 == b.0);
            root.push((kind.to_owned(), Yaml::Map(vec![("s1".to_owned(), Yaml::Map(resource))])));
        }
    }

    fn template(&mut self, depth: usize) -> String {
        text::template(&mut self.rng, depth, self.risk)
    }

    /// A template, now and then with words in words in words.
    fn nested(&mut self) -> String {
        let depth = 1 + self.rng.below(4);
        self.template(depth)
    }

    /// `environment:`, a map or a list.
    pub(super) fn environment(&mut self, place: &Place, anchors: bool) -> Yaml {
        if self.rng.chance(50) {
            return self.environment_map(place, anchors);
        }
        let mut items: Vec<String> = Vec::new();
        for _ in 0..self.rng.below(6) {
            let name = text::name(&mut self.rng);
            let item = match self.rng.below(12) {
                0 | 1 => name.to_owned(),
                2 => format!("{name}="),
                3 => format!("{name}= {} ", self.template(1)),
                4 => format!("{name}=\"{}\"", self.template(1)),
                5 => format!("${{{name}:-A}}=made"),
                6 if self.risk.refused && self.rng.chance(20) => format!("{name} =x"),
                7 => format!("{name}=a=b"),
                _ => format!("{name}={}", self.nested()),
            };
            // The schema refuses an item that is there twice.
            if !items.contains(&item) {
                items.push(item);
            }
        }
        Yaml::Seq(items.into_iter().map(Yaml::Text).collect())
    }

    /// `environment:` as a map.
    pub(super) fn environment_map(&mut self, place: &Place, anchors: bool) -> Yaml {
        let mut entries: Vec<(String, Yaml)> = Vec::new();
        if anchors && self.rng.chance(35) {
            let merged =
                self.rng.pick(&["*env", "*more", "[*env, *more]", "[*more, *env]", "{A: inline, B: }"]);
            entries.push(("<<".to_owned(), Yaml::raw(merged)));
        }
        for _ in 0..self.rng.below(7) {
            let mut key = text::name(&mut self.rng).to_owned();
            if self.rng.chance(4) {
                key = self.rng.pick(&["a.b", "with space", "${A}", "A=B", "n", "x-ext", "é"]).to_owned();
            }
            if entries.iter().any(|(known, _)| *known == key) {
                continue;
            }
            let value = match self.rng.below(10) {
                0 => Yaml::raw(""),
                1 => Yaml::raw("null"),
                2 | 3 => Yaml::raw(self.rng.pick(&NUMBERS)),
                4 if place.over && self.resets => Yaml::raw("null").marked("!reset"),
                5 => Yaml::text(text::value(&mut self.rng).replace("${", "")),
                _ => Yaml::text(self.nested()),
            };
            entries.push((key, value));
        }
        Yaml::Map(entries)
    }

    /// `env_file:` in one of its forms, with the files.
    fn env_files(&mut self, place: &Place) -> Yaml {
        if self.rng.chance(30) {
            return Yaml::text(self.env_file(place));
        }
        let mut items = Vec::new();
        for _ in 0..=self.rng.below(3) {
            if self.rng.chance(60) {
                items.push(Yaml::text(self.env_file(place)));
                continue;
            }
            let mut item: Vec<(String, Yaml)> = Vec::new();
            if self.rng.chance(30) {
                item.push(("path".to_owned(), Yaml::text("missing.env")));
                item.push(("required".to_owned(), Yaml::raw("false")));
            } else if self.rng.chance(25) {
                let text = text::raw(&mut self.rng);
                self.put(&format!("{}/raw.env", place.base), text);
                item.push(("path".to_owned(), Yaml::text("raw.env")));
                item.push(("format".to_owned(), Yaml::text("raw")));
            } else {
                item.push(("path".to_owned(), Yaml::text(self.env_file(place))));
                if self.rng.chance(50) {
                    let required = self.rng.pick(&["true", "false"]);
                    item.push(("required".to_owned(), Yaml::raw(required)));
                }
            }
            items.push(Yaml::Map(item));
        }
        // An item that is there twice is refused by the schema.
        let mut once: Vec<Yaml> = Vec::new();
        for item in items {
            if !once.contains(&item) {
                once.push(item);
            }
        }
        Yaml::Seq(once)
    }

    /// Makes an env file, and gives its path as it is written.
    fn env_file(&mut self, place: &Place) -> String {
        if self.risk.refused && self.rng.chance(3) {
            return "missing.env".to_owned();
        }
        let name = self.rng.pick(&["a.env", "b.env", "env/c.env", "d.env"]);
        let text = text::dotenv(&mut self.rng, self.risk);
        self.put(&format!("{}/{name}", place.base), text);
        match self.rng.below(6) {
            0 => format!("./{name}"),
            1 => format!("${{{}:-{name}}}", text::UNSET),
            2 if self.project.files.contains_key(&format!("{}/.env", place.base)) => ".env".to_owned(),
            _ => name.to_owned(),
        }
    }

    fn depends_on(&mut self, on: String) -> Yaml {
        let required = self.risk.refused || self.rng.chance(20);
        if required && self.rng.chance(50) {
            return Yaml::Seq(vec![Yaml::text(on)]);
        }
        let mut how = vec![("condition".to_owned(), Yaml::text("service_started"))];
        if !required {
            how.push(("required".to_owned(), Yaml::raw("false")));
        }
        Yaml::Map(vec![(on, Yaml::Map(how))])
    }

    fn extends(
        &mut self,
        place: &Place,
        number: usize,
        services: usize,
        included: bool,
        all: &mut Vec<(String, Yaml)>,
    ) {
        let value = if let Some(other) = place.other.clone().filter(|_| self.rng.chance(70)) {
            let service = Yaml::text(service_name("", self.rng.below(2)));
            Yaml::Map(vec![("service".to_owned(), service), ("file".to_owned(), Yaml::text(other))])
        } else if included && self.rng.chance(30) {
            self.project.marks.insert(EXTENDS_INCLUDED);
            Yaml::text(service_name("i-", 0))
        } else {
            // A later service, so that there is no cycle; unless it is wanted.
            let cycle = self.risk.refused && self.rng.chance(10);
            if number + 1 >= services && !cycle || place.over {
                return;
            }
            let later = if cycle {
                self.rng.below(services)
            } else {
                number + 1 + self.rng.below(services - number - 1)
            };
            let service = service_name(place.prefix, later);
            match self.rng.chance(50) {
                true => Yaml::text(service),
                false => Yaml::Map(vec![("service".to_owned(), Yaml::text(service))]),
            }
        };
        all.push(("extends".to_owned(), value));
    }

    /// Fields that are interpolated and merged beside the environment.
    fn others(&mut self, all: &mut Vec<(String, Yaml)>) {
        let mut put = |key: &str, value: Yaml| all.push((key.to_owned(), value));
        if self.rng.chance(15) {
            let text = text::template(&mut self.rng, 1, Risk { refused: false, in_words: false });
            let word = text.replace(['"', '\'', '\\', '#', '&', '*', '$'], "");
            match self.rng.chance(50) {
                true => put("command", Yaml::Seq(vec![Yaml::text("run"), Yaml::text(text)])),
                false => put("command", Yaml::text(format!("run {word}"))),
            }
        }
        if self.rng.chance(5) {
            put("entrypoint", Yaml::Seq(vec![Yaml::text("${A:-/bin/sh}")]));
        }
        if self.rng.chance(8) {
            put("user", Yaml::text("${U:-1000}:${V-100}"));
        }
        if self.rng.chance(8) {
            put("working_dir", Yaml::text("/w/${U:-d}"));
        }
        if self.rng.chance(10) {
            let label =
                Yaml::text(text::template(&mut self.rng, 1, Risk { refused: false, in_words: false }));
            put("labels", Yaml::Map(vec![("l".to_owned(), label)]));
        }
        if self.rng.chance(8) {
            put("ports", Yaml::Seq(vec![Yaml::text("${UNSET:-8080}:80"), Yaml::text("127.0.0.1::90")]));
        }
        if self.rng.chance(6) {
            put("volumes", Yaml::Seq(vec![Yaml::text("./data:/data"), Yaml::text("/abs:/x:ro")]));
        }
        if self.rng.chance(5) {
            put("tty", Yaml::text(self.rng.pick(&["${UNSET:-true}", "false", "${UNSET:-no}"])));
        }
        if self.rng.chance(5) {
            let arguments = vec![("X".to_owned(), Yaml::raw("")), ("Y".to_owned(), Yaml::text("${A-1}"))];
            put(
                "build",
                Yaml::Map(vec![
                    ("context".to_owned(), Yaml::text(".")),
                    ("args".to_owned(), Yaml::Map(arguments)),
                ]),
            );
        }
    }
}
