//! What an item names: imports, paths, macros, and methods that it calls on itself.
//!
//! Works on tokens rather than on expressions, so that what stands in a macro's arguments counts like anything else, and so do
//! paths in the strings of attributes (`#[serde(with = "super::ages")]`). Knows no other module.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, Type, UseTree, Visibility};

/// One name that a `use` brings in.
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// The name it gets here; `None` for all names of what the path leads to (`*`).
    pub(super) name: Option<String>,
    /// Whether others may take the name from here.
    pub(super) is_reexport: bool,
    pub(super) line: usize,
}

/// Something named in the code.
pub(super) struct Mention {
    pub(super) what: Mentioned,
    pub(super) line: usize,
}

pub(super) enum Mentioned {
    /// A path of one or more names, as it is written.
    Path(Vec<String>),
    /// `name!`
    Macro(String),
    /// `self.name(…)` in an `impl` of this type.
    OwnMethod(Vec<String>, String),
}

#[derive(Default)]
pub(super) struct Found {
    pub(super) imports: Vec<Import>,
    pub(super) mentions: Vec<Mention>,
    /// Methods by the type of their `impl`, as it is written.
    pub(super) methods: Vec<(Vec<String>, String)>,
}

/// Scans one item other than a module.
pub(super) fn item(item: &Item) -> Found {
    let mut scan = Scan { found: Found::default(), own_type: None };
    if let Item::Use(item) = item {
        if item.leading_colon.is_some() {
            return scan.found;
        }
        let is_reexport = !matches!(item.vis, Visibility::Inherited);
        scan.import(&item.tree, &[], is_reexport, item.use_token.span.start().line);
        return scan.found;
    }
    if let Item::Impl(item) = item
        && let Type::Path(path) = &*item.self_ty
    {
        let own: Vec<String> = path.path.segments.iter().map(|part| part.ident.to_string()).collect();
        if item.trait_.is_none() {
            for part in &item.items {
                if let ImplItem::Fn(method) = part
                    && !method.attrs.iter().any(is_test_only)
                {
                    scan.found.methods.push((own.clone(), method.sig.ident.to_string()));
                }
            }
        }
        scan.own_type = Some(own);
    }
    scan.tokens(item.to_token_stream());
    scan.found
}

/// Whether an attribute leaves its item out of everything but tests.
pub(super) fn is_test_only(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.meta.require_list().is_ok_and(|list| is_test_condition(list.tokens.clone()))
}

/// `test`, or `all(…)` with a `test` in it.
fn is_test_condition(condition: TokenStream) -> bool {
    let tokens: Vec<TokenTree> = condition.into_iter().collect();
    let is = |at: usize, name: &str| matches!(tokens.get(at), Some(TokenTree::Ident(word)) if word == name);
    match tokens.get(1) {
        Some(TokenTree::Group(group)) if is(0, "all") => {
            group.stream().into_iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "test"))
        }
        _ => is(0, "test"),
    }
}

struct Scan {
    found: Found,
    /// The type of the `impl` that is scanned, for `Self` and `self`.
    own_type: Option<Vec<String>>,
}

impl Scan {
    fn tokens(&mut self, stream: TokenStream) {
        let tokens: Vec<TokenTree> = stream.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at = match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => self.attribute(&tokens, at),
                TokenTree::Group(group) => {
                    self.tokens(group.stream());
                    at + 1
                }
                TokenTree::Ident(word) if word == "use" && !is_mark(&tokens, at + 1, '<') => {
                    self.local_use(&tokens, at)
                }
                TokenTree::Ident(_) => self.path(&tokens, at),
                TokenTree::Punct(_) | TokenTree::Literal(_) => at + 1,
            };
        }
    }

    /// Scans the attribute at a `#`, and passes over what it keeps for tests. Gives the place after it.
    fn attribute(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let at = if is_mark(tokens, at + 1, '!') { at + 2 } else { at + 1 };
        let Some(TokenTree::Group(group)) = tokens.get(at) else { return at };
        if group.delimiter() != Delimiter::Bracket {
            return at;
        }
        let parts: Vec<TokenTree> = group.stream().into_iter().collect();
        let is = |name: &str| matches!(parts.first(), Some(TokenTree::Ident(word)) if word == name);
        if let (true, Some(TokenTree::Group(condition))) = (is("cfg"), parts.get(1))
            && is_test_condition(condition.stream())
        {
            return after_what_follows(tokens, at + 1);
        }
        if !is("doc") {
            self.tokens(group.stream());
            self.paths_in_strings(group.stream());
        }
        at + 1
    }

    fn paths_in_strings(&mut self, stream: TokenStream) {
        for token in stream {
            match token {
                TokenTree::Group(group) => self.paths_in_strings(group.stream()),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let path = text.trim_matches('"');
                    if path.contains("::")
                        && let Ok(tokens) = path.parse::<TokenStream>()
                    {
                        self.tokens(tokens);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
        }
    }

    /// A `use` within a function counts as if it stood at the top of the module.
    fn local_use(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let rest = &tokens[at + 1..];
        let length = rest.iter().take_while(|token| !is(token, ';')).count();
        let tree: TokenStream = rest[..length].iter().cloned().collect();
        if let Ok(tree) = syn::parse2::<UseTree>(tree) {
            self.import(&tree, &[], false, line(&tokens[at]));
        }
        at + 1 + length
    }

    fn import(&mut self, tree: &UseTree, before: &[String], is_reexport: bool, line: usize) {
        let and = |name: String| [before, &[name]].concat();
        let (path, name) = match tree {
            UseTree::Path(path) => {
                return self.import(&path.tree, &and(path.ident.to_string()), is_reexport, line);
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, before, is_reexport, line));
            }
            UseTree::Name(name) if name.ident == "self" => (before.to_vec(), before.last().cloned()),
            UseTree::Name(name) => (and(name.ident.to_string()), Some(name.ident.to_string())),
            UseTree::Rename(name) if name.ident == "self" => (before.to_vec(), Some(name.rename.to_string())),
            UseTree::Rename(name) => (and(name.ident.to_string()), Some(name.rename.to_string())),
            UseTree::Glob(_) => (before.to_vec(), None),
        };
        self.found.imports.push(Import { path, name, is_reexport, line });
    }

    /// Notes the path that begins at a name, and gives the place after it.
    fn path(&mut self, tokens: &[TokenTree], start: usize) -> usize {
        let mut path = vec![tokens[start].to_string()];
        let mut at = start + 1;
        while is_mark(tokens, at, ':') && is_mark(tokens, at + 1, ':') {
            let Some(TokenTree::Ident(word)) = tokens.get(at + 2) else { break };
            path.push(word.to_string());
            at += 3;
        }
        let line = line(&tokens[start]);
        let before = |back: usize, mark: char| start >= back && is(&tokens[start - back], mark);
        let is_field_or_method = before(1, '.') && !before(2, '.');
        let is_lifetime = before(1, '\'');
        // After `<Type as Trait>` or before a crate's name.
        let is_rest_of_path = before(1, ':') && before(2, ':');
        if is_field_or_method || is_lifetime || is_rest_of_path {
            return at;
        }
        if path.len() == 1 && is_mark(tokens, at, '!') && !is_mark(tokens, at + 1, '=') {
            self.note(Mentioned::Macro(path.remove(0)), line);
            return at;
        }
        match (path[0].as_str(), &self.own_type) {
            ("self", Some(own)) if path.len() == 1 => {
                if let Some(method) = called(tokens, at) {
                    self.note(Mentioned::OwnMethod(own.clone(), method), line);
                }
            }
            ("Self", Some(own)) => {
                let whole = own.iter().chain(&path[1..]).cloned().collect();
                self.note(Mentioned::Path(whole), line);
            }
            _ => self.note(Mentioned::Path(path), line),
        }
        at
    }

    fn note(&mut self, what: Mentioned, line: usize) {
        self.found.mentions.push(Mention { what, line });
    }
}

/// The method that is called by `.name(` or `.name::<` at this place.
fn called(tokens: &[TokenTree], at: usize) -> Option<String> {
    let Some(TokenTree::Ident(method)) = tokens.get(at + 1) else { return None };
    let is_call = match tokens.get(at + 2) {
        Some(TokenTree::Group(group)) => group.delimiter() == Delimiter::Parenthesis,
        _ => is_mark(tokens, at + 2, ':') && is_mark(tokens, at + 3, ':'),
    };
    (is_mark(tokens, at, '.') && is_call).then(|| method.to_string())
}

/// The place after the item, field or statement that begins here.
fn after_what_follows(tokens: &[TokenTree], start: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is(token, ';') || is(token, ','),
    };
    let length = tokens[start..].iter().position(ends).map_or(tokens.len() - start, |last| last + 1);
    start + length
}

fn is_mark(tokens: &[TokenTree], at: usize, mark: char) -> bool {
    tokens.get(at).is_some_and(|token| is(token, mark))
}

fn is(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn line(token: &TokenTree) -> usize {
    token.span().start().line
}
