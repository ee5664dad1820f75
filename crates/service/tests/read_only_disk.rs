//! Disks without write access: read-only from the start, somebody else's, or made read-only by the system while the service runs. The
//! service says which it is and what to do, keeps what it has answered `ok`, and changes nothing.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::disk::{SmallDisk, stored};
use common::program::{Bystanders, Folder, eventually};
use serde_json::{Value, json};
use uuid::Uuid;

const ADD: [&str; 8] = ["person", "add", "--new", "--org", "Acme", "--role", "technician", "--name"];

/// A disk like those of servers, in a file.
const EXT4: &str =
    "truncate -s 16M $data.img && mkfs.ext4 -q -m 0 $data.img && mount -o loop $data.img $data";
/// What Linux does when it finds an error on the disk, triggered by hand. An orderly `remount,ro` would not work: Linux refuses it while a
/// file is open for writing, as the service's are.
const BECOMES_READ_ONLY: &str = "mount -o remount,abort $data";
const IS_REPAIRED: &str =
    "umount $data && { e2fsck -fy $data.img >/dev/null || [ $? -le 2 ]; } && mount -o loop $data.img $data";

#[test]
fn a_read_only_folder_and_somebody_elses_are_refused_with_what_to_do() {
    let disk = SmallDisk::new("mount --bind $data $data && mount -o remount,bind,ro $data");
    for arguments in [vec!["serve", "--listen", "127.0.0.1:0"], [&ADD[..], &["Priya"]].concat()] {
        let error = disk.folder.error(&arguments);
        assert!(error.contains("Name with --data a folder that this user may write to"), "{error}");
        assert!(error.contains("Read-only file system"), "{error}");
    }

    let mut folder = Folder::for_everybody();
    folder.ok(&[&ADD[..], &["Priya"]].concat());
    let before = stored(&folder);
    folder.by = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"].map(str::to_owned).to_vec();
    let error = folder.error(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(error.contains("Permission denied") && error.contains("Name with --data a folder"), "{error}");
    // The folder is now theirs, but the database in it is not.
    for theirs in [folder.data(), folder.data().join("lock")] {
        std::os::unix::fs::chown(theirs, Some(65_534), Some(65_534)).unwrap();
    }
    let error = folder.error(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(error.contains("Let the service's user own it (chown)"), "{error}");
    assert!(stored(&folder) == before, "nothing has changed");
}

#[tokio::test]
async fn a_disk_that_becomes_read_only_is_reported_presence_works_on_and_stored_data_is_there() {
    let disk = SmallDisk::new(EXT4);
    let mut serving = disk.folder.serve();
    let mut bystanders = Bystanders::join(&disk.folder, &serving).await;
    let ask = |id: Uuid, reference: &str| json!({"type": "chat.request", "id": id, "subject": "Printer", "reference": reference});
    let kept = Uuid::new_v4();
    assert_eq!(bystanders.client.ask(ask(kept, "before")).await["type"], "ok");
    disk.run(BECOMES_READ_ONLY);
    for _ in 0..3 {
        let refused = bystanders.client.ask(ask(Uuid::new_v4(), "after")).await;
        assert_eq!((&refused["type"], &refused["code"]), (&json!("error"), &json!("busy")), "{refused}");
        assert!(refused["message"].as_str().unwrap().contains("did not happen"), "{refused}");
    }
    // Presence does not depend on the disk.
    let locked = json!({"idle": {"reason": "locked", "idle_for_ms": 0}});
    bystanders.client.send(json!({"type": "activity", "id": Uuid::new_v4(), "activity": locked})).await;
    let is_away = |each: &Value| each["name"] == "Dana" && each["presence"]["state"] == "away";
    bystanders
        .technician
        .wait("Dana away", |frame| {
            frame["people"].as_array().is_some_and(|people| people.iter().any(is_away))
        })
        .await;
    let says = "the data folder has become read-only, and nothing can be stored. A disk with errors is made read-only by the system";
    eventually("the log says so", || serving.log().contains(says)).await;
    assert_eq!(serving.log().matches("ERROR").count(), 1, "{}", serving.log());
    let command = disk.folder.error(&[&ADD[..], &["Tom"]].concat());
    assert!(
        command.contains("has become read-only") && command.contains("mount it for writing"),
        "{command}"
    );
    serving.signal("-TERM");
    assert!(serving.wait().success());

    disk.run(IS_REPAIRED);
    let serving = disk.folder.serve();
    let tom = disk.folder.sign_in(&serving, &["--role", "technician", "--name", "Tom"]);
    let told = serving.connect(&tom, Uuid::new_v4()).await.until("synced").await.unwrap();
    assert_eq!(told.iter().filter(|frame| frame["session"]["id"] == json!(kept)).count(), 1, "{told:?}");
}
