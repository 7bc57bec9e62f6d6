//! The one program in the image of the engine tests; linked statically, so that the image needs
//! nothing else.
use std::io::{Read, Write};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("cat") => {
            let mut all = Vec::new();
            std::io::stdin().read_to_end(&mut all).unwrap();
            std::io::stdout().write_all(&all).unwrap();
        }
        Some("env") => std::env::vars().for_each(|(name, value)| println!("{name}={value}")),
        Some("both") => {
            println!("out");
            eprintln!("err");
            std::process::exit(3);
        }
        Some("flood") => (0..200_000).for_each(|_| println!("0123456789")),
        _ => std::thread::sleep(std::time::Duration::from_secs(600)),
    }
}
