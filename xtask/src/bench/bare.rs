//! One connection of nothing but hyper, in a runtime of tokio.

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::failure::{Failure, Result};

/// One connection of nothing but hyper.
pub(super) struct Bare {
    sender: SendRequest<Empty<Bytes>>,
    host: String,
}

impl Bare {
    pub(super) async fn connect(base: &str) -> Result<Self> {
        let host = base.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, host })
    }

    fn request(&self, target: &str, authorization: Option<&str>) -> Result<Request<Empty<Bytes>>> {
        let mut request = Request::get(target)
            .header("host", &self.host)
            .header("accept", "*/*");
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        Ok(request.body(Empty::new())?)
    }

    /// Sends one request, reads the answer, and fails unless it is a 200.
    pub(super) async fn get(&mut self, target: &str, authorization: &str) -> Result {
        let request = self.request(target, (!authorization.is_empty()).then_some(authorization))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        if response.status() != 200 {
            return Err(Failure::new(format!(
                "{target} answered {}",
                response.status()
            )));
        }
        response.into_body().collect().await?;
        Ok(())
    }

    /// Returns the challenge that stands before `target`.
    pub(super) async fn challenge(&mut self, target: &str) -> Result<String> {
        let request = self.request(target, None)?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let challenge = response.headers().get("www-authenticate").cloned();
        response.into_body().collect().await?;
        let challenge =
            challenge.ok_or_else(|| Failure::new(format!("{target} asks for nothing")))?;
        Ok(challenge.to_str()?.to_owned())
    }
}
