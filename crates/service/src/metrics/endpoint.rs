//! Serves the metrics over HTTP on a separate port: `GET /metrics`, and nothing else. It only reads counters, so delivery never waits
//! for it; a reader that is slow or sends no request is cut off.

use super::Metrics;
use crate::words;
use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use prometheus_client::encoding::prometheus_text::CONTENT_TYPE;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

/// Most readers at once: one or two monitoring systems, and a person who looks. Beyond that, the oldest one is cut off.
const READERS: usize = 16;
/// How long one reader may take in total: Prometheus itself gives up after 10 seconds.
const READ_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait after the system refused a connection: too many files are open, and metrics are the least important of them.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);

/// Serves until the future is dropped.
pub(crate) async fn serve(listener: TcpListener, metrics: Arc<Metrics>) {
    let router = Router::new()
        .route("/metrics", get(async move || read(&metrics)).fallback(async || not_here()))
        .fallback(async || not_here());
    let mut tasks = JoinSet::new();
    let mut readers: VecDeque<AbortHandle> = VecDeque::new();
    loop {
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(target: "service", %error, "metrics cannot be read just now");
                tokio::time::sleep(ACCEPT_AGAIN).await;
                continue;
            }
        };
        while tasks.try_join_next().is_some() {}
        readers.retain(|reader| !reader.is_finished());
        if readers.len() >= READERS
            && let Some(oldest) = readers.pop_front()
        {
            oldest.abort();
        }
        readers.push_back(tasks.spawn(answer(stream, router.clone())));
    }
}

async fn answer(stream: TcpStream, router: Router) {
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(READ_WITHIN).keep_alive(false);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    match tokio::time::timeout(READ_WITHIN, connection).await {
        // A reader that sends no request, or does not read the answer, is cut off.
        Ok(Ok(()) | Err(_)) | Err(_) => {}
    }
}

fn read(metrics: &Metrics) -> Response {
    match metrics.text() {
        Ok(text) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], Body::from(text)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn not_here() -> Response {
    (StatusCode::NOT_FOUND, words::ONLY_METRICS).into_response()
}
