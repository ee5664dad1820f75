//! What a process that the program starts says on its standard error, line by line into the log.
//!
//! Bytes in, lines out, within limits: a process that never stops talking fills neither the log nor the processor's time.

use super::field::FIELD_CHARS;
use super::rolled::SharedFile;
use crate::platform::ChildSocket;
use protocol::display_text;
use std::io::{self, Write};
use std::process::Stdio;
use std::time::Duration;
use tokio::time::Instant;

/// Bytes that are taken of what is written at once, and kept of a line that has not ended: some times the longest that is shown.
const MAX_BYTES: usize = 4096;
/// One more than is taken: only what is longer fills it.
const BUFFER_BYTES: usize = MAX_BYTES + 1;
/// Writes that are still taken after the process has ended; one of its own that outlives it may go on.
const MAX_LAST_WRITES: usize = 4096;
/// Lines in each span that come into the log: a toolkit that warns of everything at its start writes some dozens.
const MAX_LINES: usize = 200;
const SPAN: Duration = Duration::from_secs(10);

/// The other end of a process's standard error.
#[derive(Debug)]
pub(crate) struct ChildLines {
    socket: ChildSocket,
    log: SharedFile,
    /// A line that has not ended.
    begun: Vec<u8>,
    span_began: Instant,
    lines: usize,
    left_out: usize,
}

impl ChildLines {
    /// A standard error, and what is said on it.
    ///
    /// # Errors
    ///
    /// What the system says.
    pub(super) fn open(log: SharedFile) -> io::Result<(Stdio, Self)> {
        let (socket, stderr) = ChildSocket::pair()?;
        let begun = Vec::new();
        let lines = Self { socket, log, begun, span_began: Instant::now(), lines: 0, left_out: 0 };
        Ok((stderr, lines))
    }

    /// Passes on what is said, and never returns. Cancel safe.
    pub(crate) async fn pass_on(&mut self) {
        let mut buffer = [0; BUFFER_BYTES];
        loop {
            match self.socket.recv(&mut buffer).await {
                Ok(count) => self.take(&buffer[..count]),
                Err(error) => {
                    tracing::warn!(%error, "what the window says does not come into the log any more");
                    return std::future::pending().await;
                }
            }
        }
    }

    /// Passes on what was said before the process ended.
    pub(crate) fn end(mut self) {
        let mut buffer = [0; BUFFER_BYTES];
        for _ in 0..MAX_LAST_WRITES {
            let Ok(count) = self.socket.try_recv(&mut buffer) else { break };
            self.take(&buffer[..count]);
        }
        self.line_ends();
        self.tell_left_out();
    }

    /// Takes in what was written at once.
    fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if *byte == b'\n' {
                self.line_ends();
            } else if self.begun.len() < MAX_BYTES {
                self.begun.push(*byte);
            }
        }
        // The rest is lost, and most likely a newline with it.
        if bytes.len() == BUFFER_BYTES {
            self.line_ends();
        }
    }

    fn line_ends(&mut self) {
        let line = std::mem::take(&mut self.begun);
        if line.is_empty() {
            return;
        }
        if self.span_began.elapsed() >= SPAN {
            self.tell_left_out();
            (self.span_began, self.lines) = (Instant::now(), 0);
        }
        if self.lines == MAX_LINES {
            self.left_out += 1;
        } else {
            self.lines += 1;
            self.write(&display_text::line(&String::from_utf8_lossy(&line), FIELD_CHARS));
        }
    }

    fn tell_left_out(&mut self) {
        if self.left_out > 0 {
            let left_out = std::mem::take(&mut self.left_out);
            self.write(&format!("left out {left_out} more lines from the window"));
        }
    }

    fn write(&mut self, line: &str) {
        // As with the log's own lines: one that cannot be written is lost.
        let _lost = self.log.write_all(format!("{line}\n").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::super::rolled::MAX_BYTES as LOG_BYTES;
    use super::*;
    use std::path::PathBuf;
    use std::process::{Command, ExitStatus};
    use tempfile::TempDir;
    use tokio::process::Child;

    /// Longer than any of this takes on a loaded machine.
    const DEADLINE: Duration = Duration::from_secs(30);

    struct Log {
        _folder: TempDir,
        path: PathBuf,
        file: SharedFile,
    }

    impl Log {
        fn open() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("deskbell.log");
            let file = SharedFile::open(&path).unwrap();
            Self { _folder: folder, path, file }
        }

        fn text(&self) -> String {
            std::fs::read_to_string(&self.path).unwrap()
        }

        fn run(&self, script: &str) -> (Child, ChildLines) {
            let (stderr, lines) = ChildLines::open(self.file.clone()).unwrap();
            let mut command = Command::new("sh");
            command.args(["-c", script]).stdin(Stdio::piped()).stderr(stderr);
            (tokio::process::Command::from(command).spawn().unwrap(), lines)
        }
    }

    async fn until_ended(child: &mut Child, lines: &mut ChildLines) -> ExitStatus {
        let ended = async {
            tokio::select! {
                ended = child.wait() => ended.unwrap(),
                () = lines.pass_on() => unreachable!("it goes on"),
            }
        };
        tokio::time::timeout(DEADLINE, ended).await.expect("the process ends")
    }

    // It went on writing into the file that the log had been, without any limit.
    #[tokio::test]
    async fn what_a_process_says_after_the_log_was_rolled_is_in_the_new_one() {
        let mut log = Log::open();
        let (mut child, mut lines) = log.run("echo before >&2; read go; echo after >&2");
        let said = async {
            while !log.text().contains("before\n") {
                tokio::select! {
                    () = lines.pass_on() => {}
                    () = tokio::time::sleep(Duration::from_millis(5)) => {}
                }
            }
        };
        tokio::time::timeout(DEADLINE, said).await.expect("it says the first line");
        log.file.write_all(&vec![b'x'; usize::try_from(LOG_BYTES).unwrap()]).unwrap();
        drop(child.stdin.take());
        until_ended(&mut child, &mut lines).await;
        lines.end();
        assert!(!log.text().contains("before"), "it was rolled");
        // The line of a full log is rolled once more by the next one.
        assert_eq!(log.text(), "after\n");
    }

    #[tokio::test]
    async fn a_process_that_does_not_stop_talking_is_cut_off_and_never_waits() {
        let log = Log::open();
        let many =
            "i=0; while [ $i -lt 5000 ]; do echo line $i >&2; i=$((i+1)); done; printf '\\033[2Jend' >&2";
        let (mut child, mut lines) = log.run(many);
        assert!(until_ended(&mut child, &mut lines).await.success());
        lines.end();
        let text = log.text();
        assert!(text.starts_with("line 0\nline 1\n"), "{text}");
        assert!(text.ends_with(" more lines from the window\n"), "{text}");
        assert!(text.lines().count() <= MAX_LINES * 2, "{}", text.lines().count());
        assert!(!text.contains('\u{1b}'), "nobody speaks to the terminal of who reads it");
    }

    // What did not fit was lost, the newline too, and the next line with it.
    #[tokio::test]
    async fn a_line_that_is_too_long_is_cut_and_the_next_one_is_there() {
        let script = "{ head -c 5000 /dev/zero | tr '\\0' x; echo; } | dd bs=8192 iflag=fullblock status=none >&2; echo short >&2";
        for is_late in [false, true] {
            let log = Log::open();
            let (mut child, mut lines) = log.run(script);
            if is_late {
                tokio::time::timeout(DEADLINE, child.wait()).await.expect("it ends").unwrap();
            } else {
                let said = async {
                    while !log.text().contains("short") {
                        tokio::select! {
                            () = lines.pass_on() => {}
                            () = tokio::time::sleep(Duration::from_millis(5)) => {}
                        }
                    }
                };
                tokio::time::timeout(DEADLINE, said).await.expect("it says both lines");
            }
            lines.end();
            let text = log.text();
            let said: Vec<&str> = text.lines().collect();
            assert!(said.len() == 2 && said[0].starts_with("xxx") && said[1] == "short", "{said:?}");
        }
    }

    // It stopped after 200.
    #[tokio::test]
    async fn what_a_process_wrote_last_counts_however_many_writes_it_took() {
        let log = Log::open();
        let (_child, mut lines) = log.run("exit");
        let (ours, theirs) = std::os::unix::net::UnixDatagram::pair().unwrap();
        theirs.set_nonblocking(true).unwrap();
        lines.socket = ChildSocket::over(ours).unwrap();
        let written = (0..300).take_while(|n| theirs.send(format!("{n}").as_bytes()).is_ok()).count();
        tokio::time::timeout(DEADLINE, lines.socket.readable()).await.expect("it is there").unwrap();
        lines.end();
        assert_eq!(log.text(), format!("{}\n", (0..written).map(|n| n.to_string()).collect::<String>()));
    }

    // With a pipe, a process that says something then is killed.
    #[tokio::test]
    async fn a_process_whose_agent_is_gone_lives_on() {
        let log = Log::open();
        let (mut child, lines) = log.run("read go; exec env printf 'lost\\n' >&2");
        drop(lines);
        drop(child.stdin.take());
        let ended = tokio::time::timeout(DEADLINE, child.wait()).await.expect("it ends").unwrap();
        assert!(ended.code().is_some(), "{ended}");
    }
}
