//! What is kept, and what is not lost where it cannot be: files that are damaged, folders that take nothing. Real full and
//! read-only disks and files of other users are in `tests/desktop`.

use super::*;
use local::socket_path::SocketPath;
use std::fs;

fn paths(dir: &Path) -> Paths {
    Paths {
        settings: dir.join("config/settings.toml"),
        token: dir.join("data/token"),
        toast_picture: dir.join("data/toast.png"),
        sounds: dir.join("data"),
        log: dir.join("log"),
        socket_path: SocketPath::at(dir.join("socket")),
        toasts: dir.join("toasts"),
    }
}

fn known() -> Settings {
    Settings { closing_explained: true, ..Settings::default() }
}

#[test]
fn what_is_kept_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let (mut storage, settings, token) = Storage::open(&paths(dir.path()));
    assert_eq!((settings, token, storage.problem()), (Settings::default(), None, None));
    storage.save_settings(known());
    storage.save_token(Token("abc".into()));
    let (mut storage, settings, token) = Storage::open(&paths(dir.path()));
    assert_eq!((settings, token, storage.problem()), (known(), Some(Token("abc".into())), None));
    storage.forget_token();
    storage.forget_token();
    assert_eq!(Storage::open(&paths(dir.path())).2, None);
}

#[test]
fn a_bad_settings_file_is_explained_and_never_written_over() {
    let huge = vec![b'#'; 100 * 1024];
    for (bad, says) in [
        (&b"closing_explained = true\nadress = \"x\"\n"[..], "line 2"),
        (b"closing_explained = tr", "line 1"),
        (b"\xff\xfe\0\0", "it is not text"),
        (&huge, "it has more than 65536 bytes"),
        (b"address = \"\x1b[2J\"", "line 1"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        file::replace(&paths.settings, bad).unwrap();
        let (mut storage, settings, _) = Storage::open(&paths);
        let problem = storage.problem().expect("it is explained");
        assert!(problem.contains(says) && problem.contains("settings.toml cannot be used"), "{problem}");
        assert!(problem.len() < 1_000 && !problem.chars().any(char::is_control), "{problem}");
        assert_eq!(settings, Settings::default());
        assert_eq!(fs::read(&paths.settings).unwrap(), bad, "reading changes nothing");
        // Somebody signs in: that is kept, and so is what was there.
        storage.save_settings(known());
        let aside = paths.settings.with_file_name("settings.toml.unusable");
        assert_eq!(fs::read(&aside).unwrap(), bad);
        let problem = storage.problem().expect("it is told where it is");
        assert!(problem.contains("settings.toml.unusable") && !storage.is_waiting(), "{problem}");
        let (again, settings, _) = Storage::open(&paths);
        assert_eq!((settings, again.problem()), (known(), None));
    }
}

#[test]
fn a_damaged_sign_in_is_told_and_replaced_by_the_next_one() {
    for damaged in [&b""[..], b"abc\0\0\0", b"\xff\xff", b"two words", &vec![b'a'; 100_000]] {
        let dir = tempfile::tempdir().unwrap();
        let paths = paths(dir.path());
        file::replace(&paths.token, damaged).unwrap();
        let (mut storage, _, token) = Storage::open(&paths);
        assert_eq!(token, None);
        let problem = storage.problem().expect("it is explained");
        assert!(problem.contains("is damaged") && problem.ends_with("from your administrator."), "{problem}");
        storage.save_token(Token("abc".into()));
        assert_eq!(storage.problem(), None);
        assert_eq!(Storage::open(&paths).2, Some(Token("abc".into())));
        let aside = paths.token.with_file_name("token.unusable");
        assert_eq!(fs::read(aside).unwrap(), damaged, "what was there is not lost");
    }
}

#[test]
fn what_was_unusable_and_was_removed_is_in_nobodys_way() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    file::replace(&paths.settings, b"closing_explained = tr").unwrap();
    file::replace(&paths.token, b"two words").unwrap();
    let (mut storage, ..) = Storage::open(&paths);
    fs::remove_file(&paths.settings).unwrap();
    storage.forget_token();
    storage.save_settings(known());
    storage.save_token(Token("abc".into()));
    assert_eq!((storage.problem(), storage.is_waiting()), (None, false));
    let (_, settings, token) = Storage::open(&paths);
    assert_eq!((settings, token), (known(), Some(Token("abc".into()))));
}

#[test]
fn what_cannot_be_kept_is_told_keeps_the_old_and_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    let (mut storage, ..) = Storage::open(&paths);
    storage.save_settings(Settings::default());
    storage.save_token(Token("old".into()));
    // Folders where the new files should be written, as nothing else stops root.
    let (in_config, in_data) =
        (paths.settings.with_file_name("settings.toml.new"), paths.token.with_file_name("token.new"));
    fs::create_dir(&in_config).unwrap();
    fs::create_dir(&in_data).unwrap();
    storage.save_settings(known());
    storage.save_token(Token("new".into()));
    storage.try_again();
    let problem = storage.problem().expect("it is told");
    assert!(
        problem.contains("The settings cannot be saved in")
            && problem.contains("The sign-in cannot be saved in"),
        "{problem}"
    );
    assert!(storage.is_waiting());
    let (_, settings, token) = Storage::open(&paths);
    assert_eq!((settings, token), (Settings::default(), Some(Token("old".into()))), "the old is not lost");
    fs::remove_dir(in_config).unwrap();
    fs::remove_dir(in_data).unwrap();
    storage.try_again();
    assert_eq!((storage.problem(), storage.is_waiting()), (None, false));
    let (_, settings, token) = Storage::open(&paths);
    assert_eq!((settings, token), (known(), Some(Token("new".into()))));
}

#[test]
fn a_sign_in_that_cannot_be_removed_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let paths = paths(dir.path());
    fs::create_dir_all(paths.token.join("not a file")).unwrap();
    let (mut storage, ..) = Storage::open(&paths);
    storage.forget_token();
    let problem = storage.problem().expect("it is told");
    assert!(problem.contains("cannot be removed") && storage.is_waiting(), "{problem}");
    fs::remove_dir_all(&paths.token).unwrap();
    storage.try_again();
    assert_eq!(storage.problem(), None);
}
