//! The connection to an engine on a Unix socket, or behind ssh. The client library opens one for each request and
//! another would be needed to ask who serves the socket; here one is kept for the next request.
#![expect(clippy::disallowed_methods, reason = "the one door to the engine's socket")]

use super::{ssh::SshCarrier, ssh_target::SshTarget};
use bollard::{BollardRequest, errors::Error as Library};
use http_body_util::{Either, Full};
use hyper::{
    Method, Request, Response, Uri,
    body::Incoming,
    client::conn::http1::{self, SendRequest},
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};
use tokio::net::UnixStream;

/// The type of a request's body, which the library does not name.
trait HasBody {
    type Body;
}

impl<B> HasBody for Request<B> {
    type Body = B;
}

type Sender = SendRequest<<BollardRequest as HasBody>::Body>;

/// What the engine is called in requests; it does not look at it.
const AUTHORITY: HeaderValue = HeaderValue::from_static("localhost");
/// How often a connection is asked whether its last answer is over.
const LOOKS: usize = 3;

/// How a connection is made.
enum Carrier {
    Socket(PathBuf),
    Ssh(SshCarrier),
}

/// An engine that connections are made to here.
pub(super) struct EngineWire {
    carrier: Carrier,
    idle: Mutex<Vec<Sender>>,
    server: OnceLock<Option<i32>>,
}

impl EngineWire {
    pub(super) fn to_socket(path: &Path) -> Self {
        Self::with(Carrier::Socket(path.to_owned()))
    }

    pub(super) fn over_ssh(target: &SshTarget) -> Self {
        Self::with(Carrier::Ssh(SshCarrier::new(target)))
    }

    fn with(carrier: Carrier) -> Self {
        Self { carrier, idle: Mutex::default(), server: OnceLock::new() }
    }

    /// The id of the process that listens on the socket, where the system tells it and the engine
    /// was asked something already.
    pub(super) fn server(&self) -> Option<i32> {
        *self.server.get()?
    }

    /// Sends a question on a connection that is open already where there is one, and anything else
    /// on a new one: an engine may close an open one at any moment, with the request perhaps read
    /// and perhaps not, so that only what does nothing may be sent again.
    pub(super) async fn request(&self, mut request: BollardRequest) -> Result<Response<Incoming>, Library> {
        let path = request.uri().path_and_query().cloned();
        *request.uri_mut() = path.map(Uri::from).unwrap_or_default();
        request.headers_mut().insert(HOST, AUTHORITY);
        let only_asks = matches!(*request.method(), Method::GET | Method::HEAD);
        if only_asks && let Some(mut sender) = self.idle().await {
            let (question, _) = request.into_parts();
            let ask = |question| Request::from_parts(question, Either::Left(Full::default()));
            if let Ok(response) = sender.send_request(ask(question.clone())).await {
                self.keep(sender);
                return Ok(response);
            }
            request = ask(question);
        }
        let answer = async {
            let mut sender = self.connect().await?;
            let response = sender.send_request(request).await?;
            self.keep(sender);
            Ok(response)
        };
        answer.await.map_err(|error: Library| match &self.carrier {
            // ssh says why.
            Carrier::Ssh(ssh) => ssh.failure().map_or(error, Library::from),
            Carrier::Socket(_) => error,
        })
    }

    async fn connect(&self) -> Result<Sender, Library> {
        let stream = match &self.carrier {
            Carrier::Socket(path) => {
                let stream = UnixStream::connect(path).await?;
                self.server.get_or_init(|| stream.peer_cred().ok().and_then(|peer| peer.pid()));
                stream
            }
            Carrier::Ssh(ssh) => UnixStream::from_std(ssh.connect()?)?,
        };
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection.with_upgrades());
        sender.ready().await?;
        Ok(sender)
    }

    fn keep(&self, sender: Sender) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
    }

    /// A connection whose last answer is over; those that still bring one are left alone.
    async fn idle(&self) -> Option<Sender> {
        for _ in 0..LOOKS {
            {
                let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
                idle.retain(|sender| !sender.is_closed());
                if idle.is_empty() {
                    return None;
                }
                if let Some(ready) = idle.iter().position(Sender::is_ready) {
                    return Some(idle.swap_remove(ready));
                }
            }
            tokio::task::yield_now().await;
        }
        None
    }
}
