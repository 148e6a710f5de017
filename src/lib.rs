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
//! Words: a *pane* is one screen over one resource; an [`Action`] is what a
//! person can ask for; a [`Message`] is what happened; an [`Effect`] is plain
//! data, what to do outside; a [`Change`] is what the database said has changed;
//! the [`Actor`] is who is signed in; a [`Failure`] is what a person can be told;
//! a *decision* is an approval or a rejection, by whom, when, why.
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
