//! The behaviour of medstint, told in sentences, against a real PostgreSQL.

#![expect(clippy::too_many_lines, reason = "a test tells one story")]

mod audit;
mod cli;
mod console;
mod decisions;
mod demo;
mod geofence;
mod layering;
mod live;
mod migrations;
mod permissions;
mod pseudo_terminal;
mod sign_in;
mod support;
mod tenancy;
mod views;
mod windows;
