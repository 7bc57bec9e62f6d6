//! The environment of a live container: what the image set, what was added, and, where the files
//! it was made from still say the same, the lines that it came from.

use crate::{
    provenance::{Candidate, Layer, Provenance, ProvenanceStep, Reason, Shadowed, StepKind, Variable},
    text::secret::Text,
    world::engine::container::{Container, EngineImage},
};

/// Every variable of the container in the engine's order. `desired` is what its compose service
/// gives now.
#[must_use]
pub fn environment(
    container: &Container,
    image: Option<&EngineImage>,
    desired: Option<&[Variable]>,
) -> Vec<Variable> {
    let names = container.env.iter().map(|(name, _)| name);
    let mut variables: Vec<Variable> = Vec::new();
    for name in names {
        if variables.iter().any(|v| v.name == *name) {
            continue;
        }
        let value = container.var(name);
        let of_image =
            image.and_then(|i| i.env.iter().rev().find(|(n, _)| n == name)).and_then(|(_, v)| v.as_ref());
        let wanted = desired.and_then(|d| d.iter().find(|v| v.name == *name));
        variables.push(variable(name, value, of_image, wanted));
    }
    variables
}

fn variable(
    name: &str,
    value: Option<&Text>,
    of_image: Option<&Text>,
    wanted: Option<&Variable>,
) -> Variable {
    let Some(value) = value else {
        return Variable { name: name.to_owned(), winner: None, losers: Vec::new() };
    };
    let from_image = wanted.is_none() && of_image == Some(value);
    let layer = if from_image { Layer::ImageEnv } else { Layer::ContainerEnv };
    let mut winner = Candidate::new(layer, name, None, value.clone());
    let mut losers = Vec::new();
    if let Some(wanted) = wanted {
        if let Some(source) = wanted.winner.as_ref().filter(|w| w.value.as_ref() == Some(value)) {
            winner.via = steps(source);
            losers.extend(wanted.losers.iter().cloned());
        } else if let Some(newer) = wanted.winner.clone() {
            losers.push(Shadowed::new(newer, Reason::ContainerOlder));
        }
    }
    if let Some(below) = of_image.filter(|_| !from_image) {
        let candidate = Candidate::new(Layer::ImageEnv, name, None, below.clone());
        losers.push(Shadowed::new(candidate, Reason::EnvironmentPrecedence { winner: layer }));
    }
    Variable { name: name.to_owned(), winner: Some(winner), losers }
}

/// From the container back through its compose file.
fn steps(source: &Candidate) -> Provenance {
    let layer = match source.layer {
        Layer::ComposeEnvFile => Layer::ComposeEnvFile,
        _ => Layer::ComposeEnvironment,
    };
    let step = StepKind::Field(layer);
    source.via.after(ProvenanceStep { step, place: source.place })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn container(env: &[&str]) -> Container {
        let json = json!({"Id": "a".repeat(64), "Name": "/x", "Image": "sha256:b", "Config": {"Env": env, "Image": "i"}, "State": {"Status": "running"}});
        Container::from_json(&json).unwrap()
    }

    fn image(env: &[&str]) -> EngineImage {
        EngineImage::from_json(&json!({"Id": "sha256:b", "Config": {"Env": env}})).unwrap()
    }

    fn layers(variables: &[Variable]) -> Vec<(&str, Option<Layer>, usize)> {
        variables
            .iter()
            .map(|v| (v.name.as_str(), v.winner.as_ref().map(|w| w.layer), v.losers.len()))
            .collect()
    }

    #[test]
    fn the_image_is_told_from_what_was_added() {
        let variables = environment(&container(&["A=1", "B=2", "C=3"]), Some(&image(&["A=1", "B=0"])), None);
        assert_eq!(
            layers(&variables),
            [
                ("A", Some(Layer::ImageEnv), 0),
                ("B", Some(Layer::ContainerEnv), 1),
                ("C", Some(Layer::ContainerEnv), 0)
            ]
        );
    }

    #[test]
    fn the_way_back_is_only_told_while_the_files_say_the_same() {
        let wanted = |value: &str| {
            vec![Variable {
                name: "A".into(),
                winner: Some(Candidate::new(Layer::ComposeEnvironment, "A", None, value.into())),
                losers: Vec::new(),
            }]
        };
        let same = environment(&container(&["A=1"]), None, Some(&wanted("1")));
        assert_eq!(same[0].winner.as_ref().unwrap().via.len(), 1);
        let edited = environment(&container(&["A=1"]), None, Some(&wanted("2")));
        assert!(edited[0].winner.as_ref().unwrap().via.is_empty());
        assert_eq!(edited[0].losers.len(), 1);
    }
}
