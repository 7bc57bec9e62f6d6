//! What the layers, the resolution, the rules and the report share: data without logic of its own.

pub mod advice;
pub mod built_image;
pub mod certainty;
pub mod compose_files;
pub mod deployment;
pub mod engine_state;
pub mod finding;
pub mod located;
pub mod manager;
pub mod prediction;
pub mod setting;
pub mod setting_key;
pub mod shell_word;
pub mod workload;
