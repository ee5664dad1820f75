//! A crate as modules: its files are read, starting at the root, and each module's names, imports and mentions are noted.
//!
//! Nothing is resolved here: that needs all modules. Whatever stands under `#[cfg(test)]` is left out.

use super::scan::{self, Import, Mention};
use anyhow::{Context, Result};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use syn::{Attribute, Expr, ExprLit, Item, ItemMod, Lit, Meta};

/// The place of a module in its crate's list.
pub(super) type Id = usize;

/// What a name in a module stands for.
#[derive(Clone)]
pub(super) enum Name {
    /// A child module.
    Module(Id),
    /// A type, function, constant, trait or macro that is defined here.
    Item,
    /// What this path leads to.
    Import(Vec<String>),
}

pub(super) struct Module {
    /// The file it stands in: inline modules share their parent's.
    pub(super) file: PathBuf,
    pub(super) parent: Option<Id>,
    /// A module and a function may share a name, and so may items for different systems.
    pub(super) names: HashMap<String, Vec<Name>>,
    pub(super) imports: Vec<Import>,
    pub(super) mentions: Vec<Mention>,
    /// Methods by the type of their `impl`, as that is written here.
    pub(super) methods: Vec<(Vec<String>, String)>,
    /// The names that `macro_rules!` defines here.
    pub(super) macros: HashSet<String>,
}

/// Reads the crate whose root is this file. `read` gives a file's text; `None` if there is no such file.
pub(super) fn read_crate(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Result<Vec<Module>> {
    let mut reader = Reader { read, modules: Vec::new() };
    let folder = root.parent().unwrap_or(Path::new(""));
    reader.file(root, folder, None)?;
    Ok(reader.modules)
}

struct Reader<'a> {
    read: &'a dyn Fn(&Path) -> Option<String>,
    modules: Vec<Module>,
}

impl Reader<'_> {
    /// Reads a file whose child modules lie in `folder`.
    fn file(&mut self, file: &Path, folder: &Path, parent: Option<Id>) -> Result<Id> {
        let shown = file.display();
        let text = (self.read)(file).with_context(|| format!("{shown} is a module without a file"))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("{shown} is not Rust"))?;
        self.module(&parsed.items, file, folder, parent)
    }

    fn module(&mut self, items: &[Item], file: &Path, folder: &Path, parent: Option<Id>) -> Result<Id> {
        let id = self.modules.len();
        self.modules.push(Module {
            file: file.to_owned(),
            parent,
            names: HashMap::new(),
            imports: Vec::new(),
            mentions: Vec::new(),
            methods: Vec::new(),
            macros: HashSet::new(),
        });
        for item in items.iter().filter(|item| !attributes(item).iter().any(scan::is_test_only)) {
            if let Item::Mod(child) = item {
                let child_id = self.child(child, file, folder, id)?;
                self.name(id, child.ident.to_string(), Name::Module(child_id));
                continue;
            }
            if let Some(name) = defined_name(item) {
                if matches!(item, Item::Macro(_)) {
                    self.modules[id].macros.insert(name.clone());
                }
                self.name(id, name, Name::Item);
            }
            let found = scan::item(item);
            let module = &mut self.modules[id];
            module.mentions.extend(found.mentions);
            module.methods.extend(found.methods);
            for import in found.imports {
                if let Some(name) = &import.name {
                    let path = import.path.clone();
                    module.names.entry(name.clone()).or_default().push(Name::Import(path));
                }
                module.imports.push(import);
            }
        }
        Ok(id)
    }

    fn child(&mut self, child: &ItemMod, file: &Path, folder: &Path, parent: Id) -> Result<Id> {
        let name = child.ident.to_string();
        if let Some((_, items)) = &child.content {
            return self.module(items, file, &folder.join(name), Some(parent));
        }
        if let Some(path) = child.attrs.iter().find_map(path_attribute) {
            let file = file.parent().unwrap_or(Path::new("")).join(path);
            let folder = file.parent().unwrap_or(Path::new("")).to_owned();
            return self.file(&file, &folder, Some(parent));
        }
        let below = folder.join(&name);
        let beside = folder.join(format!("{name}.rs"));
        let file = if (self.read)(&beside).is_some() { beside } else { below.join("mod.rs") };
        self.file(&file, &below, Some(parent))
    }

    fn name(&mut self, id: Id, name: String, what: Name) {
        self.modules[id].names.entry(name).or_default().push(what);
    }
}

fn path_attribute(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn defined_name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
