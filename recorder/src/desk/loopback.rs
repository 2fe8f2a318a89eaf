//! Asks the recorder's own proxy, with fields exactly as a plan spells them: no library adds any.

use bytes::BytesMut;
use cassettes::model::{Answer, Body, FailureKind, HttpVersion, Request, Response, TransportFailure};
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wire::client::{
    Ask, Conversation, Event, Failure, Limits, OriginError, TlsError, Upstream, client_config,
};
use wire::head::Length;

/// The recorder gives up on the real side first, and says so; we only have to outlast it.
const LONGER: Duration = Duration::from_secs(3);

/// The recorder's own proxy as a subject. Questions that run at once have connections of their own.
pub struct Loopback {
    upstream: Upstream,
    /// Numbers of clients: free ones, and the next new one.
    clients: Mutex<(Vec<u64>, u64)>,
}

/// Why the proxy cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// Its base URL is none.
    #[error(transparent)]
    Url(#[from] OriginError),
    /// The TLS library refuses its own defaults.
    #[error(transparent)]
    Tls(#[from] TlsError),
}

impl Loopback {
    /// For the base URL of a listener that waits for the real side as long as `limits` say.
    pub fn new(listener: &str, limits: Limits) -> Result<Loopback, LoopbackError> {
        let limits = Limits { silence: limits.silence + limits.connect + LONGER, ..limits };
        let upstream =
            Upstream::with_tls(listener, limits, client_config(None)?, Arc::new(AtomicU32::new(0)))?;
        Ok(Loopback { upstream, clients: Mutex::default() })
    }

    fn client(&self) -> u64 {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        clients.0.pop().unwrap_or_else(|| {
            clients.1 += 1;
            clients.1
        })
    }

    async fn ask(&self, request: &Request) -> Result<Observed, NoAnswer> {
        let client = self.client();
        let answer = self.converse(client, request).await;
        self.clients.lock().unwrap_or_else(PoisonError::into_inner).0.push(client);
        Ok(Observed::of(answer?))
    }

    async fn converse(&self, client: u64, request: &Request) -> Result<Answer, NoAnswer> {
        let nobody = |failure: Failure| NoAnswer { reason: failure.message, fatal: true };
        let mut conversation = self.upstream.open(client, &request.method).await.map_err(nobody)?;
        let mut pending = self.bytes(request);
        let Conversation { sender, receiver, .. } = &mut conversation;
        let send = async {
            // Who answers before it has heard everything answers all the same.
            let _ = sender.push(&mut pending).await;
            sender.finish();
        };
        let receive = async {
            let mut head: Option<Response> = None;
            let mut interim = Vec::new();
            let mut body = BytesMut::new();
            let ended = loop {
                match receiver.next().await {
                    Ok(Event::Interim { interim: one, .. }) => interim.push(one),
                    Ok(Event::Head { head: came, .. }) => head = Some(came.response),
                    Ok(Event::Piece { data, .. }) => body.extend_from_slice(&data),
                    Ok(Event::End { trailers, .. }) => break Ok(trailers),
                    Err(failure) => break Err(failure),
                }
            };
            (head, interim, body, ended)
        };
        let ((), (head, interim, body, ended)) = tokio::join!(send, receive);
        let whole =
            |trailers| head.map(|head| Response { body: Body(body.freeze()), interim, trailers, ..head });
        match ended {
            Ok(trailers) => {
                conversation.end(&self.upstream);
                let failed = || failed(FailureKind::Closed, "the recorder gave no answer", None);
                Ok(whole(trailers).map_or_else(failed, Answer::Reply))
            }
            Err(failure) => {
                let failure = conversation.judge(failure);
                Ok(failed(failure.kind, &failure.message, whole(cassettes::model::Headers::new())))
            }
        }
    }

    /// The request as it is sent: fields as they are, framed by its length.
    fn bytes(&self, request: &Request) -> BytesMut {
        let mut headers = request.headers.clone();
        let has_content =
            !request.body.is_empty() || ["POST", "PUT", "PATCH"].contains(&request.method.as_str());
        if has_content {
            headers.set("Content-Length", request.body.len().to_string());
        }
        let ask = Ask {
            method: &request.method,
            target: &request.target,
            version: HttpVersion::Http11,
            headers: &headers,
            length: if has_content { Length::Exactly(request.body.len() as u64) } else { Length::None },
        };
        let mut bytes = BytesMut::from(&ask.head(self.upstream.authority())[..]);
        bytes.extend_from_slice(request.body.bytes());
        bytes
    }
}

impl Subject for Loopback {
    fn name(&self) -> &str {
        self.upstream.authority()
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        Box::pin(self.ask(request))
    }
}

fn failed(kind: FailureKind, message: &str, partial: Option<Response>) -> Answer {
    Answer::Failed(TransportFailure { kind, message: message.to_owned(), partial: partial.map(Box::new) })
}
