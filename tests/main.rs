//! The behaviour of medstint, told in sentences, against a real `PostgreSQL`.

#![allow(clippy::expect_used, reason = "a test that cannot go on says what it expected")]
#![allow(clippy::too_many_lines, reason = "a test tells one story")]

mod alerts;
mod audit;
mod cancellation;
mod channels;
mod cli;
mod competencies;
mod console;
mod corrections;
mod decisions;
mod demo;
mod editing;
mod events;
mod filter;
mod flags;
mod geofence;
mod kiosk;
mod kiosk_device;
mod kiosk_reader;
mod kiosk_screen;
mod kiosk_terminal;
mod layering;
mod list_window;
mod live;
mod local_times;
mod migrations;
mod monitor;
mod notifications;
mod panes;
mod password_attempts;
mod pastes;
mod permissions;
mod plain;
mod preflight;
mod private_files;
mod pseudo_terminal;
mod races;
mod readme;
mod rotations;
mod rows;
mod seals;
mod second_person;
mod session_lock;
mod sign_in;
mod support;
mod tenancy;
mod trail;
mod triage;
mod trials;
mod unseen;
mod views;
mod widths;
mod windows;
