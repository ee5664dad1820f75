//! Small crates with and without cycles.

use super::*;

/// The files of a crate in memory; its root is `lib.rs`.
fn needs_of(files: &[(&str, &str)]) -> Needs {
    let read = |file: &Path| {
        files.iter().find(|(name, _)| Path::new(name) == file).map(|(_, text)| (*text).to_owned())
    };
    resolve::needs(&modules::read_crate(Path::new("lib.rs"), &read).unwrap())
}

/// What a file needs, as `other.rs Name, Name`.
fn needed_by(needs: &Needs, file: &str) -> Vec<String> {
    let needed = needs[Path::new(file)].iter();
    needed
        .map(|(other, names)| {
            let names: Vec<&str> = names.keys().map(String::as_str).collect();
            format!("{} {}", other.display(), names.join(", "))
        })
        .collect()
}

fn cycles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let needs = needs_of(files);
    let shown = |cycle: Vec<&Path>| cycle.iter().map(|file| file.display().to_string()).collect();
    resolve::cycles(&needs).into_iter().map(shown).collect()
}

const NO_CYCLE: [Vec<String>; 0] = [];

#[test]
fn a_planted_cycle_is_found_and_described() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; mod d;"),
        ("a.rs", "pub struct A;\nuse crate::b::B;"),
        ("b.rs", "pub struct B(crate::c::C);"),
        ("c.rs", "use super::a::A; pub struct C; use super::d::D;"),
        ("d.rs", "pub struct D;"),
    ];
    assert_eq!(cycles_of(&files), [["a.rs", "b.rs", "c.rs"]]);
    let needs = needs_of(&files);
    let cycle = resolve::cycles(&needs).remove(0);
    assert_eq!(shortest_way_round(&needs, &cycle), "a.rs:2 (B) -> b.rs:1 (C) -> c.rs:1 (A) -> a.rs");
    let described = describe(&needs, &cycle);
    assert!(described.contains("-> b.rs  B:2") && !described.contains("d.rs"), "{described}");
}

#[test]
fn two_cycles_are_two() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; mod d; mod e;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use crate::a::A; pub struct B; use crate::c::C;"),
        ("c.rs", "use crate::d::D; pub struct C;"),
        ("d.rs", "use crate::e::E; pub struct D;"),
        ("e.rs", "use crate::c::C; pub struct E;"),
    ];
    assert_eq!(cycles_of(&files), [vec!["c.rs", "d.rs", "e.rs"], vec!["a.rs", "b.rs"]]);
}

#[test]
fn a_parent_that_uses_children_which_use_its_types_is_a_cycle() {
    let files = [
        ("lib.rs", "mod child; pub struct State; fn run() { child::on(State) }"),
        ("child.rs", "pub fn on(state: super::State) {}"),
    ];
    assert_eq!(cycles_of(&files), [["child.rs", "lib.rs"]]);
}

#[test]
fn a_parent_that_only_declares_and_passes_on_is_not_in_a_cycle() {
    let files = [
        ("lib.rs", "mod child; mod other; pub use child::on; pub use other::*; pub struct State;"),
        ("child.rs", "pub fn on(state: super::State) {}"),
        ("other.rs", "pub fn off(state: super::State) {}"),
    ];
    assert_eq!(cycles_of(&files), NO_CYCLE);
}

#[test]
fn a_parent_that_uses_what_it_passes_on_needs_it() {
    let files = [
        ("lib.rs", "mod child; pub use child::on; pub struct State; fn run() { on(State) }"),
        ("child.rs", "pub fn on(state: super::State) {}"),
    ];
    assert_eq!(cycles_of(&files), [["child.rs", "lib.rs"]]);
}

#[test]
fn a_name_that_a_parent_passes_on_leads_to_the_sibling_that_defines_it() {
    let needs = needs_of(&[
        ("lib.rs", "mod a; mod b; mod deep; pub(crate) use a::Thing as Renamed; pub use deep::*;"),
        ("a.rs", "pub struct Thing; use super::Far;"),
        ("b.rs", "use super::Renamed; use crate::Far;"),
        ("deep/mod.rs", "mod well; pub use self::well::Far;"),
        ("deep/well.rs", "pub struct Far;"),
    ]);
    assert_eq!(needed_by(&needs, "b.rs"), ["a.rs Thing", "deep/well.rs Far"]);
    assert_eq!(needed_by(&needs, "a.rs"), ["deep/well.rs Far"]);
    assert!(needed_by(&needs, "lib.rs").is_empty());
}

#[test]
fn paths_count_wherever_they_stand() {
    let sources = [
        "fn f() -> crate::a::A { todo() }",
        "fn f() { let a = super::a::A; }",
        "fn f(a: Vec<Option<crate::a::A>>) {}",
        "use crate::a; fn f(a: a::A) {}",
        "use crate::a as other; fn f() { other::A::default(); }",
        "use crate::{a::{self}, b}; impl a::A {}",
        "use super::a::*; fn f(a: A) {}",
        "fn f() { use crate::a::A; }",
        "fn f() { assert_eq!(1, [crate::a::A]); }",
        "fn f() { select! { x = go() => { crate::a::A } } }",
        "#[serde(with = \"crate::a::A\")] struct B;",
        "struct B { #[serde(default = \"super::a::A\")] a: u8 }",
        "macro_rules! m { () => { $crate::a::A } }",
        "mod inner { fn f(a: super::super::a::A) {} }",
        "fn f() { B { ..crate::a::A } }",
        "pub(crate) use super::a::A; fn f(a: A) {}",
        "static S: crate::a::A = 1;",
        "impl crate::a::A for u8 {}",
    ];
    for source in sources {
        let needs = needs_of(&[("lib.rs", "mod a; mod b;"), ("a.rs", "pub struct A;"), ("b.rs", source)]);
        assert_eq!(needed_by(&needs, "b.rs"), ["a.rs A"], "{source}");
    }
}

#[test]
fn what_is_no_path_to_another_module_does_not_count() {
    let sources = [
        "#[cfg(test)] use crate::a::A;",
        "#[cfg(test)] mod tests { use crate::a::A; }",
        "#[cfg(all(test, unix))] fn f(a: crate::a::A) {}",
        "struct B; impl B { #[cfg(test)] fn f(a: crate::a::A) {} }",
        "/// See [`crate::a::A`].\nfn f() {}",
        "fn f() { x.a::<u8>(); }",
        "use ::a::A; fn f() { ::a::A; }",
        "pub(in crate::a) struct B;",
        "use crate::a;",
        "fn f() { \"crate::a::A\"; }",
    ];
    for source in sources {
        let needs = needs_of(&[("lib.rs", "mod a; mod b;"), ("a.rs", "pub struct A;"), ("b.rs", source)]);
        assert!(needed_by(&needs, "b.rs").is_empty(), "{source}");
    }
}

#[test]
fn methods_of_a_type_that_stand_in_another_file_are_needed_there() {
    let needs = needs_of(&[
        ("lib.rs", "mod join; mod main; pub struct Core; impl Core { fn on(&self) { self.join(); } }"),
        ("join.rs", "impl super::Core { pub fn join(&self) {} #[cfg(test)] fn leave(&self) {} }"),
        ("main.rs", "use crate::Core; fn f() { Core::join(); Core::leave(); }"),
    ]);
    assert_eq!(needed_by(&needs, "lib.rs"), ["join.rs Core::join"]);
    assert_eq!(needed_by(&needs, "main.rs"), ["join.rs Core::join", "lib.rs Core"]);
}

#[test]
fn macros_lead_to_the_file_that_defines_them() {
    let needs = needs_of(&[
        ("lib.rs", "#[macro_use] mod a; mod b;"),
        ("a.rs", "macro_rules! label { () => {} }"),
        ("b.rs", "label!(); println!();"),
    ]);
    assert_eq!(needed_by(&needs, "b.rs"), ["a.rs label!"]);
}

#[test]
fn imports_that_lead_to_each_other_come_to_an_end() {
    let files = [
        ("lib.rs", "mod a; mod b; use a::Thing;"),
        ("a.rs", "pub use super::b::Thing; pub use super::b::*;"),
        ("b.rs", "pub use super::a::Thing; pub use super::a::*; fn f(o: Other) {}"),
    ];
    assert_eq!(cycles_of(&files), NO_CYCLE);
}

#[test]
fn files_are_found_as_the_compiler_finds_them() {
    let needs = needs_of(&[
        ("lib.rs", "mod a; mod inline { mod deep; } #[path = \"elsewhere/odd.rs\"] mod odd;"),
        ("a/mod.rs", "mod b;"),
        ("a/b.rs", "mod c;"),
        ("a/b/c.rs", ""),
        ("inline/deep.rs", ""),
        ("elsewhere/odd.rs", "mod beside;"),
        ("elsewhere/beside.rs", ""),
    ]);
    assert_eq!(needs.len(), 7);
}
