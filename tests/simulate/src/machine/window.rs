//! The window's process, and what the agent tells it.

use crate::device::Kind;
use crate::machine::Window;
use crate::queue::WorldEvent;
use crate::world::World;
use agent::agent::Input;
use agent::view::{Page, ToWindow, WindowReport};

impl World {
    /// Returns the device that has something to do now.
    pub(crate) fn tell_window(&mut self, device: usize, order: ToWindow) -> Option<usize> {
        match order {
            ToWindow::Show { page, .. } => self.start_window(device, page),
            // Nobody opens a sign-in link here, so there is no question to take away.
            ToWindow::Hide { page: _ } => {}
            ToWindow::Portal { address } => return self.portal_address(device, address.ok().as_deref()),
            ToWindow::Quit => {
                if let Some(machine) = self.devices[device].machine() {
                    machine.window = Window::Gone;
                    machine.inputs.push_back(Input::WindowEnded { closed: true });
                    let page = machine.page;
                    if let Some(page) = page {
                        self.shut_page(page, true);
                    }
                }
            }
        }
        None
    }

    pub(crate) fn start_window(&mut self, device: usize, page: Page) {
        let portal = matches!(page, Page::Portal { .. });
        let takes = self.dice.between(150, 1_500);
        let Some(machine) = self.devices[device].machine() else { return };
        let portal = portal
            || matches!(machine.window, Window::Starting { portal: true } | Window::Running { portal: true });
        match machine.window {
            Window::Gone => {
                machine.window = Window::Starting { portal };
                machine.window_life += 1;
                let life = machine.window_life;
                self.queue.set(self.now + takes, WorldEvent::WindowStarts(device, life));
            }
            Window::Starting { .. } => machine.window = Window::Starting { portal },
            Window::Running { .. } => self.showing(device, portal),
        }
    }

    pub(crate) fn showing(&mut self, device: usize, portal: bool) {
        let Some(machine) = self.devices[device].machine() else { return };
        machine.window = Window::Running { portal };
        machine.inputs.push_back(Input::Window(WindowReport::Showing { portal, status: !portal }));
        if let (true, Some(page)) = (portal, machine.page) {
            self.need_portal(page);
        }
    }

    /// The window got the portal's address, or the reason why there is none.
    fn portal_address(&mut self, device: usize, address: Option<&str>) -> Option<usize> {
        let page = self.devices[device].machine().and_then(|machine| machine.page)?;
        let code = address
            .and_then(|address| address.split_once("#code="))
            .map(|(_, code)| code.split('&').next().unwrap_or_default().to_owned());
        let (sign_in, token) = (self.dice.uuid(), self.dice.secret());
        let is_reached = !self.hosts[self.devices[device].host].uplink.down;
        let is_good = is_reached
            && code.as_deref().is_some_and(|code| self.node.redeem_code(code, self.now, sign_in, &token));
        if is_good {
            if let Kind::Page(own) = &mut self.devices[page].kind {
                own.token = Some(token);
            }
            return self.load_page(page);
        }
        if address.is_some() {
            self.queue.set(self.now + 3_000, WorldEvent::PageOpens(page));
        }
        None
    }
}
