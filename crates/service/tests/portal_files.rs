//! How the portal's files are sent: compressed, kept by browsers, and small.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::TestService;
use std::collections::BTreeSet;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What the technician's page may weigh with everything that it loads, compressed with brotli: on a bad mobile line (400 kbit/s), this
/// takes two seconds.
const PAGE_KIB: usize = 90;

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn tag(&self) -> &str {
        self.header("etag").unwrap_or_else(|| panic!("{}", self.head))
    }

    /// What a proxy or a browser stores beside the body.
    fn kept(&self) -> [Option<&str>; 4] {
        ["etag", "vary", "cache-control", "content-length"].map(|name| self.header(name))
    }
}

async fn request(service: &TestService, line: &str, headers: &[String]) -> Answer {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let head = format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    let mut stream = service.stream().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: answer[end + 4..].to_vec() }
}

/// A file in the smallest form that `accepted` allows.
async fn get(service: &TestService, path: &str, accepted: &str) -> Answer {
    let answer = request(service, &format!("GET {path}"), &[accepting(accepted)]).await;
    assert_eq!(
        answer.status, 200,
        "{path}: {}. The pages must be built: run `npm run build` in ui, then build the service again",
        answer.head
    );
    answer
}

fn accepting(codings: &str) -> String {
    format!("accept-encoding: {codings}")
}

/// All files that the technician's page loads at its start, after the page itself.
async fn paths(service: &TestService) -> BTreeSet<String> {
    let page = String::from_utf8(get(service, "/technician/", "identity").await.body).unwrap();
    let addresses = page.split(['"']).filter(|text| text.starts_with("/assets/"));
    let found: BTreeSet<String> = addresses.map(str::to_owned).collect();
    assert!(["js", "css", "svg"].iter().all(|kind| found.iter().any(|path| path.ends_with(kind))), "{page}");
    found
}

#[tokio::test(start_paused = true)]
async fn a_file_is_sent_in_the_smallest_form_that_the_browser_accepts() {
    let service = TestService::start();
    let mut all = paths(&service).await;
    all.insert("/client/".to_owned());
    for path in all {
        let plain = request(&service, &format!("GET {path}"), &[]).await;
        let (brotli, gzip) = (get(&service, &path, "br").await, get(&service, &path, "gzip").await);
        for (answer, coding) in [(&plain, None), (&brotli, Some("br")), (&gzip, Some("gzip"))] {
            assert_eq!(answer.header("content-encoding"), coding, "{path}");
            assert_eq!(answer.header("vary"), Some("accept-encoding"), "{path}");
            assert_eq!(answer.header("content-type"), plain.header("content-type"), "{path}");
            assert_eq!(answer.header("content-length"), Some(&*answer.body.len().to_string()), "{path}");
        }
        assert!(brotli.body.len() < gzip.body.len() && gzip.body.len() < plain.body.len(), "{path}");
        let tags = BTreeSet::from([plain.tag(), brotli.tag(), gzip.tag()]);
        assert_eq!(tags.len(), 3, "{path}: each form has a tag of its own");
        // A gzip file begins with its mark, and ends with the length of what is in it.
        assert!(gzip.body.starts_with(&[0x1f, 0x8b]), "{path}");
        let length = u32::from_le_bytes(gzip.body[gzip.body.len() - 4..].try_into().unwrap());
        assert_eq!(length as usize, plain.body.len(), "{path}");
        for (accepted, same) in [
            ("gzip, deflate, br, zstd", &brotli),
            ("br;q=0, gzip", &gzip),
            ("gzip;q=0, br;q=0", &plain),
            ("*;q=0", &plain),
            ("identity, *;q=0.1", &plain),
            ("deflate", &plain),
        ] {
            let answer = get(&service, &path, accepted).await;
            assert_eq!(answer.tag(), same.tag(), "{path}: {accepted}");
            assert!(answer.body == same.body, "{path}: {accepted}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_form_that_the_browser_has_is_not_sent_again() {
    let service = TestService::start();
    let mut all = paths(&service).await;
    all.insert("/technician/".to_owned());
    for path in all {
        let (brotli, gzip) = (get(&service, &path, "br").await, get(&service, &path, "gzip").await);
        let head = request(&service, &format!("HEAD {path}"), &[accepting("br")]).await;
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(head.kept(), brotli.kept(), "{path}");
        assert_eq!(head.header("content-encoding"), Some("br"), "{path}");
        let tag = brotli.tag();
        let known = [tag.to_owned(), format!("W/{tag}"), format!("{}, {tag}", gzip.tag()), "*".to_owned()];
        for tags in known {
            for method in ["GET", "HEAD"] {
                let headers = [accepting("br"), format!("if-none-match: {tags}")];
                let answer = request(&service, &format!("{method} {path}"), &headers).await;
                assert_eq!((answer.status, answer.body.len()), (304, 0), "{path}: {tags}");
                assert_eq!(answer.kept()[..3], brotli.kept()[..3], "{path}: {tags}");
                // If there is a length, it is that of the file.
                let length = answer.header("content-length");
                assert!(length.is_none() || length == brotli.header("content-length"), "{path}: {length:?}");
            }
        }
        // It has another form, so it gets the one that it accepts now.
        let headers = [accepting("gzip"), format!("if-none-match: {tag}")];
        let answer = request(&service, &format!("GET {path}"), &headers).await;
        assert!(answer.status == 200 && answer.body == gzip.body, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn browsers_keep_files_for_a_year_and_ask_for_the_page_each_time() {
    let service = TestService::start();
    for path in paths(&service).await {
        let answer = get(&service, &path, "br").await;
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"), "{path}");
    }
    for path in ["/technician/", "/client/", "/sign-in"] {
        assert_eq!(get(&service, path, "br").await.header("cache-control"), Some("no-cache"), "{path}");
    }
    // A name of another version: it may be there after an upgrade.
    let answer = request(&service, "GET /assets/portal-00000000.js", &[]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (404, Some("no-store")));
}

#[tokio::test(start_paused = true)]
async fn the_other_files_have_no_address() {
    let service = TestService::start();
    for path in paths(&service).await {
        for path in [format!("{path}.br"), format!("{path}.gz")] {
            assert_eq!(request(&service, &format!("GET {path}"), &[]).await.status, 404, "{path}");
        }
    }
    for path in ["/desk.html", "/portal.html", "/portal.html.br"] {
        assert_eq!(request(&service, &format!("GET {path}"), &[]).await.status, 404, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_technicians_page_with_all_that_it_loads_is_small() {
    let service = TestService::start();
    let mut sizes = vec![("/technician/".to_owned(), get(&service, "/technician/", "br").await.body.len())];
    for path in paths(&service).await {
        let size = get(&service, &path, "br").await.body.len();
        sizes.push((path, size));
    }
    let all: usize = sizes.iter().map(|(_, size)| size).sum();
    println!("the technician's page: {:.1} of {PAGE_KIB} KiB: {sizes:?}", all as f64 / 1024.0);
    assert!(all <= PAGE_KIB * 1024, "{all} bytes, more than {PAGE_KIB} KiB: {sizes:#?}");
}
