//! Passes the notifications of one connection to the sessions that may receive them, and asks the
//! database which these are.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::Heard;
use super::audience::{Audience, Gone};
use super::line::{Hearing, Line};
use super::roster::{Member, News, Roster, Standing};
use super::spread::{SPREAD, up_to};
use crate::domain::{Change, Link, Secret};

/// Between two requests for what all sessions may hear of. The names of channels change every day.
const CHECK_EVERY: Duration = Duration::from_mins(1);
/// So many sessions are asked about in one statement: notifications wait for it.
const AT_ONCE: usize = 50;
/// How long a channel that nobody hears of any more is kept: another session of the school may come.
const LINGER: Duration = Duration::from_secs(10);
/// So far apart all sessions together read everything again, over `SPREAD` at most.
const APART: Duration = Duration::from_millis(20);

/// The sessions, for the task that listens.
pub(super) struct Members {
    roster: Arc<Roster>,
    news: News,
    /// What the line listens to.
    listening: HashSet<String>,
    check_at: Instant,
    /// Whether something is known to have changed for some of them.
    is_check_due: bool,
    /// When channels that nobody hears of are given up.
    sweep_at: Option<Instant>,
    /// When the next session reads everything again.
    next_due: Option<Instant>,
}

impl Members {
    pub(super) fn new(roster: Arc<Roster>) -> Self {
        Self {
            roster,
            news: News::default(),
            listening: HashSet::new(),
            check_at: Instant::now() + CHECK_EVERY,
            is_check_due: false,
            sweep_at: None,
            next_due: None,
        }
    }

    /// Says what is due, and notes when the next is.
    fn say_due(&mut self, now: Instant) {
        let mut entries = self.roster.entries();
        for member in entries.members.values_mut() {
            if let Some((at, link)) = member.due
                && at <= now
            {
                member.resync(link);
            }
        }
        self.next_due = entries.members.values().filter_map(|member| member.due).map(|(at, _)| at).min();
    }

    /// Greets sessions that came while there is no line.
    fn greet_new(&self) {
        for member in self.roster.entries().members.values_mut() {
            if member.told.is_none() && member.due.is_none() {
                member.greet(&self.news);
            }
        }
    }

    /// Asks the database about some sessions.
    async fn check(&mut self, line: &Line, is_asked: impl Fn(&Member) -> bool) -> Result<(), sqlx::Error> {
        let asked: Vec<(u64, Secret)> = {
            let entries = self.roster.entries();
            let asked = entries.members.iter().filter(|(_, member)| is_asked(member));
            asked.map(|(number, member)| (*number, member.token.clone())).collect()
        };
        for some in asked.chunks(AT_ONCE) {
            let tokens: Vec<Secret> = some.iter().map(|(_, token)| token.clone()).collect();
            let mut found: HashMap<usize, Hearing> =
                line.follow_many(&tokens).await?.into_iter().map(|hearing| (hearing.place, hearing)).collect();
            let mut entries = self.roster.entries();
            for (place, (number, _)) in some.iter().enumerate() {
                let hearing = found.remove(&place);
                self.listening.extend(hearing.iter().flat_map(|hearing| hearing.channels.iter().cloned()));
                // It may have gone in the meantime.
                if let Some(member) = entries.members.get_mut(number) {
                    member.take(hearing, &self.news);
                }
            }
        }
        Ok(())
    }

    /// Gives up the channels that nobody hears of.
    async fn sweep(&mut self, line: &Line) -> Result<(), sqlx::Error> {
        let heard: HashSet<String> = {
            let entries = self.roster.entries();
            entries.members.values().flat_map(|member| member.channels.iter().cloned()).collect()
        };
        if self.listening.iter().any(|name| !heard.contains(name)) {
            line.follow_only(heard.iter()).await?;
            self.listening = heard;
        }
        Ok(())
    }
}

impl Audience for Members {
    const LENDS: bool = false;

    async fn follow(&mut self, line: &Line) -> Result<(), sqlx::Error> {
        self.listening.clear();
        self.check_at = Instant::now() + CHECK_EVERY;
        self.check(line, |_| true).await
    }

    async fn say_link(&mut self, link: Link) -> Result<(), Gone> {
        self.news.link = Some(link);
        self.roster.entries().members.values_mut().for_each(|member| member.hear(link));
        Ok(())
    }

    async fn resync(&mut self, link: Link) -> Result<(), Gone> {
        self.news.link = Some(link);
        let now = Instant::now();
        let mut entries = self.roster.entries();
        let number = u32::try_from(entries.members.len()).unwrap_or(u32::MAX);
        let spread = APART.saturating_mul(number.saturating_sub(1)).min(SPREAD);
        for member in entries.members.values_mut() {
            // A session that comes hears nothing before it was asked about.
            if member.standing == Standing::Refused || link == Link::Live && member.standing == Standing::New {
                continue;
            }
            let wait = if member.told.is_none() { Duration::ZERO } else { up_to(spread) };
            member.due = Some((now + wait, link));
            if !wait.is_zero() && member.told != Some(link) {
                member.say_link(Link::Checking);
            }
        }
        drop(entries);
        self.say_due(now);
        Ok(())
    }

    async fn say_clock(&mut self, news: Heard) -> Result<(), Gone> {
        for member in self.roster.entries().members.values() {
            member.queue.push(news.clone());
        }
        self.news.clock = Some(news);
        Ok(())
    }

    async fn pass_on(&mut self, channel: &str, change: Change) -> Result<(), Gone> {
        for member in self.roster.entries().members.values_mut() {
            if let Change::Rows { resource, ids, .. } = &change
                && member.is_meant(*resource, ids)
            {
                member.is_stale = true;
                self.is_check_due = true;
            }
            if member.channels.iter().any(|name| name == channel) {
                member.queue.push(Heard::Change(change.clone()));
            }
        }
        Ok(())
    }

    async fn wait(&mut self) -> Result<(), Gone> {
        if self.is_check_due {
            return Ok(());
        }
        let timers = [Some(self.check_at), self.sweep_at, self.next_due];
        let next = timers.into_iter().flatten().min().unwrap_or(self.check_at);
        tokio::select! {
            () = self.roster.changed.notified() => {}
            () = sleep_until(next) => {}
        }
        Ok(())
    }

    async fn attend(&mut self, line: &Line) -> Result<(), sqlx::Error> {
        let now = Instant::now();
        self.say_due(now);
        self.is_check_due = false;
        let all = self.check_at <= now;
        if all {
            self.check_at = now + CHECK_EVERY;
        }
        self.check(line, |member| all || member.is_stale || member.standing == Standing::New).await?;
        if all || std::mem::take(&mut self.roster.entries().has_left) {
            self.sweep_at.get_or_insert(now + LINGER);
        }
        if self.sweep_at.is_some_and(|at| at <= now) {
            self.sweep_at = None;
            self.sweep(line).await?;
        }
        Ok(())
    }

    async fn rest(&mut self) -> Gone {
        loop {
            self.greet_new();
            self.say_due(Instant::now());
            let next = self.next_due;
            tokio::select! {
                () = self.roster.changed.notified() => {}
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
            }
        }
    }
}
