//! A client that survives `fork`: the child works, and does not touch its parent's connections.
//!
//! It has no test harness, because a child of a process with threads may not do much.

#![expect(
    clippy::exit,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test, of processes"
)]

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
fn main() {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use gatepass::blocking::Client;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    // The server is a process too, so that the client's has one thread. It says on which connection it was asked.
    let server = fork(|| {
        std::thread::scope(|scope| {
            for (number, socket) in listener.incoming().enumerate() {
                scope.spawn(move || {
                    let mut socket = socket.unwrap();
                    let mut bytes = [0; 4096];
                    while socket.read(&mut bytes).unwrap_or(0) > 0 {
                        write!(
                            socket,
                            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{number}"
                        )
                        .unwrap();
                    }
                });
            }
        });
        0
    });
    let client = Client::new();
    let ask = || client.get(&url).send().unwrap().text().unwrap();
    assert_eq!(
        (ask(), ask()),
        ("0".into(), "0".into()),
        "the connection is kept"
    );
    let child = fork(|| {
        let right = ask() == "1" && ask() == "1";
        drop(client.clone());
        i32::from(!right)
    });
    assert_eq!(wait(child), 0, "the child has connections of its own");
    assert_eq!(ask(), "0", "the parent's connection is as it was");
    kill(server);
    println!("test a_client_survives_fork ... ok");
    println!("test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
}

/// Runs `child` in a child process, and returns its process id.
#[cfg(unix)]
#[expect(unsafe_code, reason = "a process is forked, which is the test")]
fn fork(child: impl FnOnce() -> i32) -> i32 {
    // SAFETY: this process has one thread, so that no lock is held in the child for ever.
    match unsafe { libc::fork() } {
        0 => std::process::exit(child()),
        pid => {
            assert!(pid > 0, "no process");
            pid
        }
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "waits for a process that was forked")]
fn wait(pid: i32) -> i32 {
    let mut status = 0;
    // SAFETY: `status` is a place for what is written.
    assert_eq!(unsafe { libc::waitpid(pid, &raw mut status, 0) }, pid);
    libc::WEXITSTATUS(status)
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "ends a process that was forked")]
fn kill(pid: i32) {
    // SAFETY: the process is a child that has not been waited for, so that the number is its own.
    unsafe { libc::kill(pid, libc::SIGKILL) };
    wait(pid);
}
