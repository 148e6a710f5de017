//! Widgets that panes are made of. They know no resource.

pub mod ascii;
pub mod field;
pub mod latest;
pub mod map;
pub mod sheet;
pub mod table;
pub mod theme;
pub mod window;
pub mod wrap;
