//! People reload pages, and close and open windows.

use crate::fault::Fault;
use crate::machine::Window;
use crate::queue::WorldEvent;
use crate::world::World;
use agent::agent::Input;
use agent::view::{Intent, Page, WindowReport};

impl World {
    /// Somebody reloads a page, or closes it for a while; a client closes the window, or opens it again.
    pub(crate) fn reload(&mut self, host: usize) {
        if self.hosts[host].is_frozen() {
            return;
        }
        let pages = self.hosts[host].pages.clone();
        let Some(page) = self.dice.pick(&pages).copied() else { return };
        let back = if self.dice.chance(700) { 2_500 } else { 100_000 };
        let back = self.now + self.dice.between(300, back);
        let agent = self.devices[page].page().and_then(|own| own.window_of);
        let Some(agent) = agent else {
            self.faults.count(Fault::PageReloaded);
            self.shut_page(page, true);
            return self.queue.set(back, WorldEvent::PageOpens(page));
        };
        let Some(machine) = self.devices[agent].machine() else { return };
        match machine.window {
            Window::Running { portal: true } if self.dice.chance(400) => {
                let Some(machine) = self.devices[agent].machine() else { return };
                machine.window = Window::Gone;
                self.record(format_args!("device {agent}: its window is closed"));
                self.shut_page(page, true);
                self.input(agent, Input::Window(WindowReport::Closed));
                self.input(agent, Input::WindowEnded { closed: true });
                self.run(agent);
            }
            Window::Running { portal: true } => {
                self.faults.count(Fault::PageReloaded);
                self.shut_page(page, true);
                self.queue.set(back, WorldEvent::PageOpens(page));
            }
            Window::Gone | Window::Starting { .. } | Window::Running { portal: false } => {
                self.wants(agent, Intent::Open { page: Page::Portal { chat: None } });
            }
        }
    }
}
