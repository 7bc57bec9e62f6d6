//! One plain HTTP request from this host, limited in time and size.
#![expect(clippy::disallowed_methods, reason = "the one door to servers that are no engine")]

use crate::world::clock::instant;
use std::{
    io::{self, Read as _, Write as _},
    net::{TcpStream, ToSocketAddrs as _},
    time::Duration,
};

/// Most bytes of an answer that are read.
const ANSWER: usize = 8192;

/// What a server answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// The beginning of its body, as text.
    pub body: String,
}

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HttpFailure {
    /// Nothing listens.
    Refused,
    /// The connection was taken and closed without an answer.
    Closed,
    /// It answers something else than HTTP.
    NotHttp,
    /// The host's name leads nowhere.
    Unresolved,
    /// No answer in time.
    Timeout,
    /// Anything else.
    Other,
}

impl From<io::Error> for HttpFailure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Self::Closed,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::Timeout,
            _ => Self::Other,
        }
    }
}

/// Asks for a path. No credential is sent, and no redirection followed.
///
/// # Errors
/// When there is no answer, or one that is not HTTP.
pub fn get(host: &str, port: u16, path: &str, limit: Duration) -> Result<HttpAnswer, HttpFailure> {
    let end = instant() + limit;
    let left = || {
        let left = end.saturating_duration_since(instant());
        if left.is_zero() { Err(HttpFailure::Timeout) } else { Ok(left) }
    };
    let mut addresses = (host, port).to_socket_addrs().map_err(|_| HttpFailure::Unresolved)?;
    let address = addresses.next().ok_or(HttpFailure::Unresolved)?;
    let mut stream = TcpStream::connect_timeout(&address, left()?)?;
    stream.set_write_timeout(Some(left()?))?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: application/json\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let (mut answer, mut part) = (Vec::new(), [0; 2048]);
    while answer.len() < ANSWER && !is_whole(&answer) {
        stream.set_read_timeout(Some(left()?))?;
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&part[..read]),
            // What came before a reset is an answer all the same.
            Err(_) if !answer.is_empty() => break,
            Err(error) => return Err(error.into()),
        }
    }
    if answer.is_empty() {
        return Err(HttpFailure::Closed);
    }
    let text = String::from_utf8_lossy(&answer);
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|s| s.parse().ok());
    let status = status.ok_or(HttpFailure::NotHttp)?;
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    Ok(HttpAnswer { status, body: body.to_owned() })
}

/// The head and as much body as it announces: some servers keep a connection open all the same.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    length.is_some_and(|length| body.len() >= length)
}
