//! The console that clinical education runs on.
//!
//! ```text
//! keyboard, mouse, paste ──keymap──┐
//! PostgreSQL NOTIFY ──── Change ───┤
//! minute, signals ─────────────────┼─▶ Message ─▶ App::update ─▶ App ─▶ view
//! answer of an effect ─────────────┘                  │
//!         ▲                                           └─▶ Vec<Effect>
//!         └────────── Perform (session) ─▶ store ◀────────────┘
//! ```
//!
//! Words: a *pane* is one screen over one list; an [`Action`] is a command that a
//! person can give to the console; a [`Message`] is an event that the model reacts
//! to; an [`Effect`] is work to do outside the model, as plain data; a [`Change`]
//! is a notification from the database that rows changed; the [`Actor`] is the
//! signed-in person; a [`Failure`] is an error that medstint can explain to a
//! person; a *decision* is an approval or a rejection: by whom, when and why.
//!
//! The modules, in reading order: [`domain`], [`presentation`], [`store`], [`tui`],
//! [`runtime`], [`session`], [`serve`]; then [`kiosk`], [`cluster`] and [`demo`]; then [`files`],
//! [`config`], [`cli`], [`telemetry`] and [`admin`].
//!
//! [`Action`]: tui::action::Action
//! [`Message`]: tui::message::Message
//! [`Effect`]: tui::effect::Effect
//! [`Change`]: domain::Change
//! [`Actor`]: domain::Actor
//! [`Failure`]: domain::Failure

pub mod admin;
pub mod cli;
pub mod cluster;
pub mod config;
pub mod demo;
pub mod domain;
pub mod files;
pub mod kiosk;
pub mod presentation;
pub mod runtime;
pub mod serve;
pub mod session;
pub mod store;
pub mod telemetry;
pub mod tui;
