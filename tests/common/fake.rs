//! A daemon that does what no real one does on request: hang, answer with nonsense or with an
//! error that holds secrets.

use clawdock::world::{
    engine::{Engine, EngineOptions},
    host::World,
};
use std::{
    io::{Read as _, Write as _},
    os::unix::net::{UnixListener, UnixStream},
    sync::{Arc, Mutex},
    time::Duration,
};

/// What the daemon answers.
#[derive(Clone)]
pub enum Reply {
    /// A status and a body.
    Http(u16, String),
    /// The same, and the connection ends when it has been asked once more.
    HttpOnce(u16, String),
    /// These bytes.
    Raw(&'static [u8]),
    /// Nothing, for ever.
    Hang,
    /// Headers, and then nothing for ever.
    HalfHang,
}

/// A running fake.
pub struct Fake {
    socket: tempfile::TempDir,
    /// The first line of every request.
    pub requests: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// Answers each request line as `answer` says.
    pub fn start(answer: impl Fn(&str) -> Reply + Send + 'static) -> Self {
        let socket = tempfile::tempdir().expect("a temporary directory");
        let listener = UnixListener::bind(socket.path().join("d.sock")).expect("a socket");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let line = next_request(&mut stream);
                seen.lock().expect("no panic before").push(line.clone());
                let bytes = match answer(&line) {
                    Reply::Http(status, body) | Reply::HttpOnce(status, body) => {
                        let length = body.len();
                        format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
                            .into_bytes()
                    }
                    Reply::Raw(bytes) => bytes.to_vec(),
                    Reply::Hang => Vec::new(),
                    Reply::HalfHang => b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec(),
                };
                let _ = stream.write_all(&bytes);
                match answer(&line) {
                    Reply::Hang | Reply::HalfHang => kept.push(stream),
                    Reply::HttpOnce(..) => {
                        let unanswered = next_request(&mut stream);
                        seen.lock().expect("no panic before").push(unanswered);
                    }
                    Reply::Http(..) | Reply::Raw(_) => {}
                }
            }
        });
        Self { socket, requests }
    }

    /// A connection to it that waits long enough for a busy machine.
    pub fn engine(&self) -> Engine {
        self.engine_that_waits(Duration::from_secs(10))
    }

    /// A connection to it that waits as long as this.
    pub fn engine_that_waits(&self, timeout: Duration) -> Engine {
        let host = Some(format!("unix://{}", self.socket.path().join("d.sock").display()));
        let options = EngineOptions { host, context: None, timeout: Some(timeout) };
        Engine::connect(&options, &World::on_disk(Default::default(), Default::default()))
            .expect("the socket is there")
    }
}

/// Reads a request without a body; says its first line.
fn next_request(stream: &mut UnixStream) -> String {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        request.push(byte[0]);
    }
    String::from_utf8_lossy(&request).lines().next().unwrap_or_default().to_owned()
}
