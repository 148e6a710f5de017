//! Clicks and the wheel: they look up what is under the pointer in the layout that was drawn.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::super::action::Action;
use super::super::app::{App, Screen};
use super::super::effect::Effect;

impl App {
    pub(super) fn mouse(&mut self, mouse: MouseEvent) -> Vec<Effect> {
        if !matches!(self.screen, Screen::Console) || self.opened.is_some() {
            return Vec::new();
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.pane_act(Action::Down),
            MouseEventKind::ScrollUp => self.pane_act(Action::Up),
            MouseEventKind::Down(MouseButton::Left) => self.click(mouse.column, mouse.row),
            _ => Vec::new(),
        }
    }

    pub(super) fn click(&mut self, x: u16, y: u16) -> Vec<Effect> {
        let areas = self.areas();
        if y == areas.tabs.y {
            let hit = self.tabs().into_iter().find(|tab| tab.columns.contains(&x));
            return hit.map_or_else(Vec::new, |tab| self.act(tab.action, false));
        }
        if y == areas.footer.y {
            let hit = self.footer_keys().into_iter().find(|key| key.columns.contains(&x));
            return hit.map_or_else(Vec::new, |key| self.act(key.action, false));
        }
        for (list, places) in self.tiles() {
            let place = places.list;
            if y > place.y && y < place.bottom() && x >= place.x && x < place.right() {
                self.panes.show(list);
                let reply = self.panes.get_mut(list).point_at(usize::from(y - place.y - 1));
                return self.reply(list, reply);
            }
        }
        Vec::new()
    }
}
