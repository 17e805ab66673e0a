//! A server of nothing but hyper: what no server over it can be faster than, and what the clients are measured with.
//!
//! `/large/N` answers with N bytes, `/gather/N` begins an answer and ends it when N of them have begun, so that a client
//! that waits for each has N connections then. A body is read to its end. Anything else gets a short answer.

use std::cell::RefCell;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::clients;
use crate::failure::Result;

/// About as long as the answer of `/get`.
const ANSWER: &[u8] = &[b'x'; 250];

/// What a large body is sent in.
const PIECE: &[u8] = &[b'x'; 64 << 10];

/// Prints the URL and answers until the process is stopped.
pub(super) fn run() -> Result {
    let runtime = clients::runtime()?;
    let gathering = Rc::new(RefCell::new(Rc::new(Gathering::default())));
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        println!("http://{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let gathering = Rc::clone(&gathering);
            let service = service_fn(move |request| {
                let gathering = Rc::clone(&gathering);
                async move { Ok::<_, Infallible>(answer(request, &gathering).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new();
            tokio::task::spawn_local(connection.serve_connection(TokioIo::new(stream), service));
        }
    })
}

async fn answer(
    request: Request<Incoming>,
    gathering: &RefCell<Rc<Gathering>>,
) -> Response<Answer> {
    let path = request.uri().path().to_owned();
    let number = |prefix| path.strip_prefix(prefix)?.parse::<u64>().ok();
    if !request.body().is_end_stream() {
        let mut body = request.into_body();
        while let Some(Ok(_)) = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await
        {
        }
    }
    Response::new(if let Some(length) = number("/large/") {
        Answer::Pieces(length)
    } else if let Some(size) = number("/gather/") {
        let present = Rc::clone(&gathering.borrow());
        if present.join() >= size {
            present.end();
            *gathering.borrow_mut() = Rc::default();
        }
        Answer::Gathered {
            begun: false,
            with: present,
        }
    } else {
        Answer::Short(Bytes::from_static(ANSWER))
    })
}

/// Answers that end together.
#[derive(Default)]
struct Gathering(RefCell<Gathered>);

#[derive(Default)]
struct Gathered {
    arrived: u64,
    ended: bool,
    waiting: Vec<Waker>,
}

impl Gathering {
    fn join(&self) -> u64 {
        let mut gathered = self.0.borrow_mut();
        gathered.arrived += 1;
        gathered.arrived
    }

    fn end(&self) {
        let mut gathered = self.0.borrow_mut();
        gathered.ended = true;
        gathered.waiting.drain(..).for_each(Waker::wake);
    }
}

enum Answer {
    Short(Bytes),
    /// So many bytes are left.
    Pieces(u64),
    Gathered {
        begun: bool,
        with: Rc<Gathering>,
    },
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<Frame<Bytes>, Infallible>>> {
        let piece = match self.get_mut() {
            Self::Short(bytes) => std::mem::take(bytes),
            Self::Pieces(left) => {
                let size = (PIECE.len() as u64).min(*left);
                *left -= size;
                Bytes::from_static(&PIECE[..usize::try_from(size).unwrap_or(0)])
            }
            Self::Gathered { begun, .. } if !*begun => {
                *begun = true;
                Bytes::from_static(b"begun\n")
            }
            Self::Gathered { with, .. } => {
                let mut gathered = with.0.borrow_mut();
                if !gathered.ended {
                    gathered.waiting.push(cx.waker().clone());
                    return Poll::Pending;
                }
                Bytes::new()
            }
        };
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Pieces(0)) || matches!(self, Self::Short(bytes) if bytes.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Short(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Pieces(left) => SizeHint::with_exact(*left),
            Self::Gathered { .. } => SizeHint::default(),
        }
    }
}
