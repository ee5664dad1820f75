//! Which file needs which: what a module mentions is followed, through imports and re-exports, to the file that defines it.

use super::modules::{Id, Module, Name};
use super::scan::Mentioned;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Files, and what each needs of others: what is named, and the first line that names it.
pub(super) type Needs = BTreeMap<PathBuf, BTreeMap<PathBuf, BTreeMap<String, usize>>>;

/// What a path leads to.
enum Target {
    Module(Id),
    /// Something that is defined in a module, and the names that follow in the path.
    Item {
        module: Id,
        name: String,
        rest: Vec<String>,
    },
}

/// Works out which files need which.
///
/// - Declaring a module is not needing it; naming something in it is.
/// - A name that a module re-exports leads to the module that defines it. A module that re-exports a name needs it only if it also uses
///   that name itself.
/// - Methods count only where their type is known without type inference: `Type::method`, and `self.method()` in an `impl` of a
///   type whose methods stand in several files.
pub(super) fn needs(modules: &[Module]) -> Needs {
    let mut resolver = Resolver { modules, methods: HashMap::new() };
    resolver.methods = resolver.methods_elsewhere();
    let mut needs = Needs::new();
    for id in 0..modules.len() {
        needs.entry(modules[id].file.clone()).or_default();
        for (target, named, line) in resolver.named_by(id) {
            let (from, to) = (&modules[id].file, &modules[target].file);
            if from != to {
                let names = needs.entry(from.clone()).or_default().entry(to.clone()).or_default();
                names.entry(named).or_insert(line);
            }
        }
    }
    needs
}

/// The files that lie in cycles together, the largest set first: each of a set needs all others of it, directly or not.
pub(super) fn cycles(needs: &Needs) -> Vec<Vec<&Path>> {
    let reach: BTreeMap<&Path, HashSet<&Path>> =
        needs.keys().map(|file| (file.as_path(), reachable(needs, file))).collect();
    let mut cycles: Vec<Vec<&Path>> = Vec::new();
    let mut placed: HashSet<&Path> = HashSet::new();
    for (file, reached) in &reach {
        if reached.contains(file) && !placed.contains(file) {
            let cycle: Vec<&Path> =
                reached.iter().filter(|other| reach[*other].contains(file)).copied().collect();
            placed.extend(&cycle);
            cycles.push(cycle);
        }
    }
    for cycle in &mut cycles {
        cycle.sort();
    }
    cycles.sort_by_key(|cycle| std::cmp::Reverse(cycle.len()));
    cycles
}

/// The files that a file needs, directly or not; itself only if it lies in a cycle.
fn reachable<'a>(needs: &'a Needs, file: &Path) -> HashSet<&'a Path> {
    let mut reached = HashSet::new();
    let mut next = vec![file];
    while let Some(file) = next.pop() {
        for other in needs.get(file).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(other.as_path()) {
                next.push(other);
            }
        }
    }
    reached
}

struct Resolver<'a> {
    modules: &'a [Module],
    /// Modules with methods of a type, by the type's module and name and the method's name.
    methods: HashMap<(Id, String, String), Vec<Id>>,
}

impl Resolver<'_> {
    fn methods_elsewhere(&self) -> HashMap<(Id, String, String), Vec<Id>> {
        let mut methods: HashMap<_, Vec<Id>> = HashMap::new();
        for (id, module) in self.modules.iter().enumerate() {
            for (own_type, method) in &module.methods {
                for target in self.resolve(id, own_type, &mut Vec::new()) {
                    if let Target::Item { module, name, .. } = target {
                        methods.entry((module, name, method.clone())).or_default().push(id);
                    }
                }
            }
        }
        methods
    }

    /// What a module names of other modules, with the line.
    fn named_by(&self, id: Id) -> Vec<(Id, String, usize)> {
        let module = &self.modules[id];
        let mentioned: HashSet<&str> =
            module.mentions.iter().map(|mention| first_name(&mention.what)).collect();
        let mut named = Vec::new();
        for import in &module.imports {
            let is_only_passed_on = import.is_reexport
                && import.name.as_ref().is_none_or(|name| !mentioned.contains(name.as_str()));
            if !is_only_passed_on {
                self.follow(id, &import.path, import.line, &mut named);
            }
        }
        for mention in &module.mentions {
            match &mention.what {
                Mentioned::Path(path) => self.follow(id, path, mention.line, &mut named),
                Mentioned::Macro(name) => self.follow_macro(id, name, mention.line, &mut named),
                Mentioned::OwnMethod(own_type, method) => {
                    let path = [own_type.as_slice(), std::slice::from_ref(method)].concat();
                    self.follow(id, &path, mention.line, &mut named);
                }
            }
        }
        named
    }

    fn follow(&self, id: Id, path: &[String], line: usize, named: &mut Vec<(Id, String, usize)>) {
        for target in self.resolve(id, path, &mut Vec::new()) {
            // A path to a module alone only says where others begin.
            let Target::Item { module, name, rest } = target else { continue };
            if let Some(method) = rest.first() {
                let key = (module, name.clone(), method.clone());
                let elsewhere = self.methods.get(&key).into_iter().flatten();
                named.extend(elsewhere.map(|other| (*other, format!("{name}::{method}"), line)));
            }
            named.push((module, name, line));
        }
    }

    /// Macros are in sight below their definition: anywhere in the crate here.
    fn follow_macro(&self, id: Id, name: &str, line: usize, named: &mut Vec<(Id, String, usize)>) {
        if self.modules[id].names.contains_key(name) {
            return self.follow(id, &[name.to_owned()], line, named);
        }
        for (other, module) in self.modules.iter().enumerate() {
            let is_defined = module.macros.contains(name);
            named.extend(is_defined.then(|| (other, format!("{name}!"), line)));
        }
    }

    /// What a path in a module leads to; nothing for other crates. `under_way` has the imports that are being followed.
    fn resolve(&self, from: Id, path: &[String], under_way: &mut Vec<(Id, String)>) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else { return Vec::new() };
        let parent = self.modules[from].parent;
        let mut targets = match first.as_str() {
            "crate" => vec![Target::Module(0)],
            "self" => vec![Target::Module(from)],
            "super" => parent.map(Target::Module).into_iter().collect(),
            name => self.lookup(from, name, under_way),
        };
        for part in rest {
            targets = targets
                .into_iter()
                .flat_map(|target| match target {
                    Target::Module(module) if part == "super" => {
                        self.modules[module].parent.map(Target::Module).into_iter().collect()
                    }
                    Target::Module(module) => self.lookup(module, part, under_way),
                    Target::Item { module, name, mut rest } => {
                        rest.push(part.clone());
                        vec![Target::Item { module, name, rest }]
                    }
                })
                .collect();
        }
        targets
    }

    fn lookup(&self, id: Id, name: &str, under_way: &mut Vec<(Id, String)>) -> Vec<Target> {
        let module = &self.modules[id];
        let mut targets = Vec::new();
        for what in module.names.get(name).into_iter().flatten() {
            match what {
                Name::Module(child) => targets.push(Target::Module(*child)),
                Name::Item => {
                    targets.push(Target::Item { module: id, name: name.to_owned(), rest: Vec::new() });
                }
                Name::Import(path) => targets.extend(self.pass_on(id, path, &[], under_way)),
            }
        }
        if targets.is_empty() {
            for import in module.imports.iter().filter(|import| import.name.is_none()) {
                targets.extend(self.pass_on(id, &import.path, &[name.to_owned()], under_way));
            }
            // The items of an enum: the import itself leads to it.
            targets.retain(|target| !matches!(target, Target::Item { rest, .. } if !rest.is_empty()));
        }
        targets
    }

    /// Follows an import, unless that is under way already.
    fn pass_on(
        &self,
        id: Id,
        path: &[String],
        rest: &[String],
        under_way: &mut Vec<(Id, String)>,
    ) -> Vec<Target> {
        let path = [path, rest].concat();
        let step = (id, path.join("::"));
        if under_way.contains(&step) {
            return Vec::new();
        }
        under_way.push(step);
        let targets = self.resolve(id, &path, under_way);
        under_way.pop();
        targets
    }
}

fn first_name(what: &Mentioned) -> &str {
    match what {
        Mentioned::Path(path) | Mentioned::OwnMethod(path, _) => path.first().map_or("", String::as_str),
        Mentioned::Macro(name) => name,
    }
}
