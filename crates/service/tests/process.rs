//! The program itself: commands, a real database file, signals, and what survives `kill -9`.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(unix)]

mod common;

use common::program::Folder;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

#[test]
fn commands_work_with_and_without_a_running_service() {
    let folder = Folder::new();
    let link =
        folder.ok(&["person", "add", "--new", "--org", "Acme", "--role", "technician", "--name", "Priya"]);
    assert!(link.starts_with("http://127.0.0.1:8470/sign-in#") && link.lines().count() == 1, "{link}");
    let mut serving = folder.serve();
    let link = folder.ok(&["person", "link", "--org", "Acme", "--name", "Priya"]);
    assert!(link.starts_with(&format!("http://{}/sign-in#", serving.address)), "{link}");
    folder.ok(&[
        "person",
        "add",
        "--new",
        "--org",
        "Acme",
        "--role",
        "client",
        "--name",
        "Dana",
        "--company",
        "Northwind",
    ]);
    let people: Value = serde_json::from_str(&folder.ok(&["person", "list", "--json"])).unwrap();
    assert_eq!(people.as_array().unwrap().len(), 2);
    folder.ok(&["org", "set", "idle-after", "5s"]);
    assert!(folder.error(&["org", "set", "idle-after", "4s"]).contains("between 5s and 60m"));
    let set = folder.run(&["org", "set", "complete-after", "14d"]);
    assert!(
        set.status.success() && String::from_utf8_lossy(&set.stderr).contains("after 14 days"),
        "{set:?}"
    );
    let set = folder.run(&["org", "set", "keep-chats", "90d"]);
    assert!(String::from_utf8_lossy(&set.stderr).contains("for 90 days"), "{set:?}");
    assert!(folder.error(&["org", "set", "keep-chats", "1h"]).contains("1d at the least"));
    let orgs = folder.ok(&["org", "list"]);
    assert!(
        orgs.contains("CHATS KEPT FOR  FILES  ")
            && orgs.contains("5 seconds   14 days         90 days         2 GiB  "),
        "{orgs}"
    );
    let orgs: Value = serde_json::from_str(&folder.ok(&["org", "list", "--json"])).unwrap();
    assert_eq!(orgs[0]["complete_after_ms"], 14 * 24 * 3_600_000_u64);
    assert_eq!(orgs[0]["files_quota_bytes"], 2_u64 << 30);
    let set = folder.run(&["org", "set", "files-quota", "500MiB"]);
    assert!(String::from_utf8_lossy(&set.stderr).contains("may take 500 MiB together"), "{set:?}");
    let set = folder.run(&["org", "set", "files-quota", "0"]);
    assert!(String::from_utf8_lossy(&set.stderr).contains("Nobody can send files"), "{set:?}");
    assert!(folder.ok(&["org", "list"]).contains("  none  "));
    assert!(folder.error(&["org", "set", "files-quota", "5"]).contains("such as 500MiB or 2GiB"));
    assert!(folder.error(&["org", "set", "files-quota", "1025TiB"]).contains("1024TiB at the most"));
    let set = folder.run(&["org", "set", "complete-after", "90m"]);
    assert!(String::from_utf8_lossy(&set.stderr).contains("after 90 minutes"), "{set:?}");
    assert!(
        folder
            .error(&["org", "set", "complete-after", "30m"])
            .contains("1h at the earliest and 365d at the latest")
    );
    assert!(
        folder
            .error(&["org", "set", "idle-after", "5s", "--org", "Nobody"])
            .contains("The nearest is: Acme.")
    );
    let again = ["person", "add", "--new", "--org", "Acme", "--role", "technician", "--name", "Priya"];
    assert!(folder.error(&again).contains("already"));
    let wrong = [
        "person",
        "add",
        "--new",
        "--org",
        "Acme",
        "--role",
        "technician",
        "--name",
        "Tom",
        "--company",
        "X",
    ];
    assert!(folder.error(&wrong).contains("leave --company out"));
    let wrong = ["person", "add", "--new", "--org", "Acme", "--role", "client", "--name", "Lee"];
    assert!(folder.error(&wrong).contains("add --company"));
    let second = folder.error(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(second.contains("another deskbell-service uses the data folder"), "{second}");
    assert!(folder.data().join("control.sock").exists());
    serving.signal("-TERM");
    assert!(serving.wait().success());
    let left: Vec<_> =
        std::fs::read_dir(folder.data()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(
        left.iter().all(|name| ["deskbell.db", "deskbell.whole", "lock"].iter().any(|stays| name == stays)),
        "{left:?} is left"
    );
    assert!(folder.ok(&["person", "list"]).contains("\nPriya  no         technician"));
    assert!(folder.error(&["person", "list", "--org", "Nobody"]).contains("The nearest is: Acme."));
    assert!(folder.error(&["sign-in", "list", "--org", "Nobody"]).contains("The nearest is: Acme."));
    assert!(
        folder.error(&["sign-in", "revoke", &Uuid::new_v4().to_string()]).contains("There is no sign-in")
    );
    assert!(folder.error(&["sign-in", "revoke", "abc"]).contains("`sign-in list` show them"));
    let mode = |name: &str| {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(folder.path.join("data").join(name)).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode(""), mode("deskbell.db")), (0o700, 0o600));
}

#[test]
fn refuses_unsafe_settings_and_likely_mistakes() {
    let folder = Folder::new();
    let open = folder.error(&["serve", "--listen", "0.0.0.0:0"]);
    assert!(open.contains("speaks no TLS") && open.contains("--behind-proxy"), "{open}");
    let config = folder.path.join("deskbell-service.toml");
    std::fs::write(&config, "log = 'info'\nlisten = 'here'\n").unwrap();
    let bad = folder.error(&["person", "list", "--config", config.to_str().unwrap()]);
    assert!(bad.contains("deskbell-service.toml, line 2: ") && bad.contains("allowed are: "), "{bad}");
    // A mistyped folder is not taken for an empty service, and nothing is created there.
    assert!(folder.error(&["person", "list"]).contains("there is no database in"));
    assert!(!folder.path.join("data").exists());
    assert!(folder.error(&["serve", "--listen", "127.0.0.1"]).contains("not an address with a port"));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let in_use = folder.error(&["serve", "--listen", &address]);
    assert!(in_use.contains("Stop what uses it, or choose another address with --listen"), "{in_use}");
    let in_use = folder.error(&["serve", "--listen", "127.0.0.1:0", "--metrics", &address]);
    assert!(in_use.contains("Stop what uses it, or choose another address with --metrics"), "{in_use}");
    assert!(folder.error(&["serve", "--metrics", "8471"]).contains("not an address with a port"));
}

#[test]
fn a_data_folder_that_cannot_be_used_says_why_and_what_to_do() {
    let folder = Folder::new();
    let data = folder.path.join("data");
    std::fs::write(&data, "a file in its place").unwrap();
    for arguments in [
        vec!["serve", "--listen", "127.0.0.1:0"],
        vec!["person", "add", "--new", "--org", "Acme", "--role", "technician", "--name", "Priya"],
    ] {
        let error = folder.error(&arguments);
        assert!(error.contains("Name with --data a folder that this user may write to"), "{error}");
    }
    std::fs::remove_file(&data).unwrap();
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("deskbell.db"), "this was a database once, but no longer is").unwrap();
    for arguments in [vec!["serve", "--listen", "127.0.0.1:0"], vec!["person", "list"]] {
        let error = folder.error(&arguments);
        assert!(error.contains("Restore it from a backup") && error.contains("not a database"), "{error}");
    }
}

#[tokio::test]
async fn commands_reach_connected_devices() {
    let folder = Folder::new();
    let mut serving = folder.serve();
    let token = folder.sign_in(&serving, &["--role", "technician", "--name", "Priya"]);
    let mut priya = serving.connect(&token, Uuid::new_v4()).await;
    priya.until("synced").await.unwrap();
    folder.ok(&["org", "set", "idle-after", "5s"]);
    let policy = priya.until("policy").await.unwrap().pop().unwrap();
    assert_eq!(policy["policy"]["idle_after_ms"], 5_000);
    let sign_ins: Value = serde_json::from_str(&folder.ok(&["sign-in", "list", "--json"])).unwrap();
    folder.ok(&["sign-in", "revoke", sign_ins[0]["id"].as_str().unwrap()]);
    assert_eq!(priya.until("nothing").await, None);
    let mut again = serving.connect(&token, Uuid::new_v4()).await;
    assert_eq!(again.until("welcome").await, None);
    serving.signal("-TERM");
    assert!(serving.wait().success());
}

#[tokio::test]
async fn after_kill_9_what_was_answered_ok_is_there_once_and_nobody_has_gone_offline() {
    // C1, P10
    let folder = Folder::new();
    let mut serving = folder.serve();
    let priya = folder.sign_in(&serving, &["--role", "technician", "--name", "Priya"]);
    let dana = folder.sign_in(&serving, &["--role", "client", "--name", "Dana", "--company", "Northwind"]);
    let (run, other_run) = (Uuid::new_v4(), Uuid::new_v4());
    for round in 0..6_u64 {
        let mut technician = serving.connect(&priya, run).await;
        technician.until("synced").await.unwrap();
        let mut client = serving.connect(&dana, other_run).await;
        client.until("synced").await.unwrap();
        // Those whom the technician sees Online are Online after the restart too.
        technician.send(json!({"type": "people.watch"})).await;
        technician.sees_online(&["Priya", "Dana"]).await;
        let id = Uuid::new_v4();
        let request =
            json!({"type": "chat.request", "id": id, "subject": "Printer", "reference": format!("#{round}")});
        client.send(request.clone()).await;
        if round % 2 == 0 {
            assert!(client.until("ok").await.is_some());
        } else {
            tokio::time::sleep(Duration::from_millis(round)).await;
        }
        serving.signal("-KILL");
        serving.wait();
        serving = folder.serve();
        let mut technician = serving.connect(&priya, run).await;
        let told = technician.until("synced").await.unwrap();
        let found = told.iter().filter(|frame| frame["session"]["id"] == id.to_string()).count();
        assert!(found <= 1 && (found == 1 || round % 2 == 1), "round {round}: {told:?}");
        technician.send(json!({"type": "people.watch"})).await;
        let people = technician.until("people").await.unwrap().pop().unwrap();
        for person in people["people"].as_array().unwrap() {
            assert_eq!(person["presence"]["state"], "online", "round {round}: {people}");
        }
        let mut client = serving.connect(&dana, other_run).await;
        client.until("synced").await.unwrap();
        client.send(request).await;
        let ok = client.until("ok").await.unwrap().pop().unwrap();
        assert_eq!(ok["session"], id.to_string());
        client.send(json!({"type": "chat.leave", "id": Uuid::new_v4(), "session": id})).await;
        client.until("ok").await.unwrap();
    }
    serving.signal("-TERM");
    assert!(serving.wait().success());
}

#[test]
fn files_that_root_creates_in_the_services_folder_belong_to_the_service() {
    use std::os::unix::fs::{MetadataExt, chown};
    let folder = Folder::new();
    let data = folder.path.join("data");
    std::fs::create_dir_all(&data).unwrap();
    // Only root can give files away; other users own the folder themselves.
    let owner = if chown(&data, Some(65_534), Some(65_534)).is_ok() {
        65_534
    } else {
        std::fs::metadata(&data).unwrap().uid()
    };
    folder.ok(&[
        "person",
        "add",
        "--new",
        "--org",
        "Acme IT",
        "--role",
        "technician",
        "--name",
        "Priya Shah",
    ]);
    for entry in std::fs::read_dir(&data).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().uid(), owner, "{}", entry.path().display());
    }
}

#[test]
fn a_folder_without_read_permission_is_not_called_empty() {
    let mut folder = Folder::for_everybody();
    folder.ok(&["org", "add", "Acme"]);
    folder.by = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"].map(str::to_owned).to_vec();
    for command in
        [&["person", "list"][..], &["org", "add", "Other"], &["backup", "/tmp/none.db"], &["check"]]
    {
        let error = folder.error(command);
        assert!(error.contains("could not look into the data folder"), "{error}");
        assert!(error.contains("Run this as the service's user or as root (sudo)"), "{error}");
    }
}

#[test]
fn a_relative_data_folder_starts_at_the_settings_file_and_may_not_be_empty() {
    let folder = Folder::new();
    let config = folder.path.join("settings.toml");
    let run = |arguments: &[&str]| {
        let program = env!("CARGO_BIN_EXE_deskbell-service");
        let mut command = std::process::Command::new(program);
        command.args(arguments).arg("--config").arg(&config).current_dir("/");
        let output = command.output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    std::fs::write(&config, "data = ''\n").unwrap();
    let (_, refused) = run(&["person", "list"]);
    assert!(refused.contains("line 1: data: the name of a folder is missing"), "{refused}");
    std::fs::write(&config, "data = 'data'\n").unwrap();
    let (done, told) = run(&["org", "add", "Acme"]);
    assert!(done, "{told}");
    assert!(folder.data().join("deskbell.db").exists());
    let (_, refused) = run(&["person", "list", "--data", ""]);
    assert!(refused.contains("the name of a folder is missing"), "{refused}");
    // An address that no machine has: if the service allows it, the system refuses it.
    for (line, why) in [("", "speaks no TLS"), ("behind-proxy = true\n", "could not listen on 192.0.2.1:0")] {
        std::fs::write(&config, format!("data = 'data'\nlisten = '192.0.2.1:0'\n{line}")).unwrap();
        let (_, refused) = run(&["serve"]);
        assert!(refused.contains(why), "{refused}");
    }
}

#[test]
fn closing_its_terminal_ends_it_in_good_order() {
    let folder = Folder::new();
    let mut serving = folder.serve();
    serving.signal("-HUP");
    assert!(serving.wait().success());
    assert!(serving.log().contains("going down"), "{}", serving.log());
}

#[tokio::test]
async fn it_works_even_if_nobody_reads_what_it_prints() {
    let folder = Folder::new();
    let code = |arguments: &[&str]| folder.run_unread(arguments).code();
    assert_eq!(code(&["org", "add", "Acme"]), Some(0));
    assert_eq!(code(&["org", "list"]), Some(0));
    assert_eq!(code(&["org", "add", "Acme"]), Some(1), "it is there already");
    assert_eq!(code(&["check"]), Some(0));
    // A full disk is a failure, and it is said.
    let full = folder.run_full(&["org", "list"]);
    assert_eq!(full.status.code(), Some(1));
    let said = String::from_utf8_lossy(&full.stderr);
    assert!(said.contains("could not write to standard output: No space left on device"), "{said}");
    let mut serving = folder.serve_unread();
    let token = folder.sign_in(&serving, &["--role", "technician", "--name", "Priya"]);
    serving.connect(&token, Uuid::new_v4()).await.until("synced").await.unwrap();
    serving.signal("-TERM");
    assert!(serving.wait().success());
}
