//! A small map: locations with their radius, to scale. Dots where the terminal
//! has Braille, letters where it has only ASCII; the words beside it say the same.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::symbols::Marker;
use ratatui::widgets::canvas::{Canvas, Circle, Points};
use ratatui::widgets::{Block, Widget};

use super::theme::{Theme, Tone};

/// A point, or a circle where it has a radius.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// A letter that names it in the words beside the map.
    pub sign: char,
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
    /// Metres; zero is a point.
    pub radius_m: f64,
}

/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// Draws the places so that all of them are on the map, north at the top.
pub fn draw(places: &[Place], theme: Theme, area: Rect, buffer: &mut Buffer) {
    let Some(first) = places.first() else { return };
    let (south, west) = (first.latitude, first.longitude);
    let metres = |place: &Place| {
        let east = (place.longitude - west) * DEGREE_M * south.to_radians().cos();
        (east, (place.latitude - south) * DEGREE_M)
    };
    let reach = |place: &Place| place.radius_m.max(20.0) * 1.15;
    let edge = |pick: fn((f64, f64)) -> f64, sign: f64| {
        places.iter().map(|place| pick(metres(place)) * sign + reach(place)).fold(f64::MIN, f64::max) * sign
    };
    let (mut x, mut y) = ([edge(|m| m.0, -1.0), edge(|m| m.0, 1.0)], [edge(|m| m.1, -1.0), edge(|m| m.1, 1.0)]);
    // A cell is twice as high as wide: the same metres in both directions.
    let (width, height) =
        (f64::from(area.width.saturating_sub(2).max(1)), f64::from(area.height.saturating_sub(2).max(1)) * 2.0);
    let scale = ((x[1] - x[0]) / width).max((y[1] - y[0]) / height);
    let widen = |bounds: &mut [f64; 2], cells: f64| {
        let (middle, half) = (f64::midpoint(bounds[0], bounds[1]), scale * cells / 2.0);
        *bounds = [middle - half, middle + half];
    };
    widen(&mut x, width);
    widen(&mut y, height);
    let line = theme.style(Tone::Quiet).fg.unwrap_or_default();
    let marker = if theme.ascii { Marker::Dot } else { Marker::Braille };
    Canvas::default()
        .block(Block::bordered().title(format!(" {} m across ", (x[1] - x[0]).round())))
        .marker(marker)
        .x_bounds(x)
        .y_bounds(y)
        .paint(|canvas| {
            for place in places.iter().filter(|place| place.radius_m > 0.0) {
                let (x, y) = metres(place);
                canvas.draw(&Circle { x, y, radius: place.radius_m, color: line });
            }
            canvas.layer();
            for place in places {
                let (x, y) = metres(place);
                canvas.draw(&Points { coords: &[(x, y)], color: line });
                canvas.print(x, y, place.sign.to_string());
            }
        })
        .render(area, buffer);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_on_the_map() {
        let place = |sign, latitude, longitude| Place { sign, latitude, longitude, radius_m: 100.0 };
        let places = [place('A', 41.0, -90.0), place('B', 41.004, -89.997), place('C', 40.998, -90.004)];
        let area = Rect::new(0, 0, 40, 12);
        let mut buffer = Buffer::empty(area);
        draw(&places, Theme::default(), area, &mut buffer);
        let text: String = buffer.content().iter().map(ratatui::buffer::Cell::symbol).collect();
        for sign in ['A', 'B', 'C'] {
            assert!(text.contains(sign), "{sign} is missing:\n{text}");
        }
    }
}
