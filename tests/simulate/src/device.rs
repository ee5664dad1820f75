//! A device: an app or a page, with the link that both have.

mod link;
mod run;
mod wake;

use crate::machine::Machine;
use crate::net::ConnId;
use crate::page::Page;
use crate::past::Past;
use ::link::link_loop::LinkLoop;
use ::link::{Clocks, Event, Order};
use std::collections::VecDeque;

/// An app or a page.
pub(crate) struct Device {
    pub(crate) host: usize,
    pub(crate) person: usize,
    pub(crate) org: usize,
    pub(crate) kind: Kind,
    pub(crate) link: LinkLoop,
    pub(crate) orders: VecDeque<Order>,
    pub(crate) events: VecDeque<Event>,
    pub(crate) phase: Phase,
    wake: Option<u64>,
    /// When the service's welcome came on this connection.
    pub(crate) welcomed: Option<u64>,
    /// Since when its frames arrive, as far as an outsider can tell.
    pub(crate) delivers_since: Option<u64>,
    /// Until when the service may count it though it is gone.
    pub(crate) unclear_until: u64,
    /// Until when an earlier run of it may count.
    pub(crate) ghost_until: u64,
    /// It has left in good order.
    pub(crate) has_left: bool,
    /// What it could count as.
    pub(crate) counted: Past,
    /// Since when it could be connected and is not.
    pub(crate) missing_since: Option<u64>,
}

/// What it is.
pub(crate) enum Kind {
    Agent(Box<Machine>),
    Page(Box<Page>),
}

/// Where its connection is.
#[derive(Debug)]
pub(crate) enum Phase {
    Idle,
    Dialing { conn: ConnId, until: u64 },
    Talking { conn: ConnId },
}

impl Device {
    pub(crate) fn new(host: usize, person: usize, org: usize, kind: Kind) -> Self {
        Self {
            host,
            person,
            org,
            kind,
            link: LinkLoop::new(0, Clocks::default()),
            orders: VecDeque::new(),
            events: VecDeque::new(),
            phase: Phase::Idle,
            wake: None,
            welcomed: None,
            delivers_since: None,
            unclear_until: 0,
            ghost_until: 0,
            has_left: false,
            counted: Past::default(),
            missing_since: None,
        }
    }

    pub(crate) fn is_page(&self) -> bool {
        matches!(self.kind, Kind::Page(_))
    }

    pub(crate) fn machine(&mut self) -> Option<&mut Machine> {
        match &mut self.kind {
            Kind::Agent(machine) => Some(machine),
            Kind::Page(_) => None,
        }
    }

    pub(crate) fn page(&mut self) -> Option<&mut Page> {
        match &mut self.kind {
            Kind::Agent(_) => None,
            Kind::Page(page) => Some(page),
        }
    }

    /// Whether its program runs.
    pub(crate) fn runs(&self) -> bool {
        match &self.kind {
            Kind::Agent(machine) => machine.program.is_some(),
            Kind::Page(page) => page.is_open,
        }
    }

    /// Whether it is the app's window, which the service does not count as a device.
    pub(crate) fn is_window(&self) -> bool {
        matches!(&self.kind, Kind::Page(page) if page.window_of.is_some())
    }

    pub(crate) fn conn(&self) -> Option<ConnId> {
        match self.phase {
            Phase::Talking { conn } => Some(conn),
            Phase::Idle | Phase::Dialing { .. } => None,
        }
    }
}
