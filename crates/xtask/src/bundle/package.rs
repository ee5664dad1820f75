//! What a package is: files with modes, what it needs, and what runs when it is installed. Knows no format.

/// A package.
pub(super) struct Package {
    pub(super) name: &'static str,
    pub(super) section: &'static str,
    /// One line, without a full stop.
    pub(super) summary: &'static str,
    /// Paragraphs.
    pub(super) description: &'static [&'static str],
    pub(super) files: &'static [File],
    pub(super) needs: &'static [Need],
    /// Maintainer scripts of dpkg: name, file in the repository.
    pub(super) scripts: &'static [(&'static str, &'static str)],
}

/// One file of a package.
#[derive(Clone, Copy)]
pub(super) struct File {
    pub(super) from: From,
    /// Its path when installed, without the first slash.
    pub(super) to: &'static str,
}

/// Where a file comes from, and so how it is treated.
#[derive(Clone, Copy)]
pub(super) enum From {
    /// A program that cargo builds, by name.
    Program(&'static str),
    /// A file of the repository.
    Repository(&'static str),
    /// A file of the repository that administrators may change: an upgrade keeps their changes.
    Settings(&'static str),
}

impl File {
    pub(super) const fn program(name: &'static str, to: &'static str) -> Self {
        Self { from: From::Program(name), to }
    }

    pub(super) const fn plain(file: &'static str, to: &'static str) -> Self {
        Self { from: From::Repository(file), to }
    }

    pub(super) const fn settings(file: &'static str, to: &'static str) -> Self {
        Self { from: From::Settings(file), to }
    }

    pub(super) fn mode(&self) -> u32 {
        match self.from {
            From::Program(_) => 0o755,
            From::Repository(_) | From::Settings(_) => 0o644,
        }
    }
}

/// Another package, beside those of the libraries that the programs link: these are found by the packaging tools.
pub(super) struct Need {
    pub(super) how: How,
    /// By Debian's name.
    pub(super) deb: &'static str,
    /// By the name that Fedora and openSUSE share, if they do.
    pub(super) rpm: Option<&'static str>,
}

/// How much it is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Depends,
    Recommends,
    Suggests,
}

impl Package {
    /// Its programs' paths when installed.
    pub(super) fn programs(&self) -> impl Iterator<Item = &'static str> {
        self.files.iter().filter(|file| matches!(file.from, From::Program(_))).map(|file| file.to)
    }

    /// Paths of what administrators may change.
    pub(super) fn settings(&self) -> impl Iterator<Item = &'static str> {
        self.files.iter().filter(|file| matches!(file.from, From::Settings(_))).map(|file| file.to)
    }

    pub(super) fn needs(&self, how: How) -> impl Iterator<Item = &'static Need> {
        self.needs.iter().filter(move |need| need.how == how)
    }
}
