//! Whom one connection listens for.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, sleep_until};

use super::line::Line;
use super::{CHANNELS_EVERY, Heard};
use crate::domain::{Change, Link, Secret};

/// Nobody listens any more.
#[derive(Debug)]
pub(super) struct Gone;

/// Those who hear what arrives on a line.
pub(super) trait Audience: Send {
    /// Whether statements borrow the connection that listens.
    const LENDS: bool;

    /// Listens on a new line to what the audience may hear of.
    fn follow(&mut self, line: &Line) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Says how well changes are heard.
    fn say_link(&mut self, link: Link) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Says how well changes are heard from now on, and that everything has to be read again.
    fn resync(&mut self, link: Link) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Says how the clocks differ.
    fn say_clock(&mut self, news: Heard) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Passes a change on to those who may hear of this channel.
    fn pass_on(&mut self, channel: &str, change: Change) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Waits until `attend` has something to do. May be dropped at any time.
    fn wait(&mut self) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Does what is due on the line, such as asking for the names of channels again.
    fn attend(&mut self, line: &Line) -> impl Future<Output = Result<(), sqlx::Error>> + Send;

    /// Waits for the next attempt to connect.
    fn rest(&mut self, time: Duration) -> impl Future<Output = Result<(), Gone>> + Send;
}

/// The one session of a console. It takes in everything, so the line waits for it.
pub(super) struct Console {
    token: Secret,
    heard: mpsc::Sender<Heard>,
    renew_at: Instant,
}

impl Console {
    pub(super) fn new(token: Secret, heard: mpsc::Sender<Heard>) -> Self {
        Self { token, heard, renew_at: Instant::now() + CHANNELS_EVERY }
    }

    async fn say(&self, heard: Heard) -> Result<(), Gone> {
        self.heard.send(heard).await.map_err(|_| Gone)
    }
}

impl Audience for Console {
    const LENDS: bool = true;

    async fn follow(&mut self, line: &Line) -> Result<(), sqlx::Error> {
        self.renew_at = Instant::now() + CHANNELS_EVERY;
        line.follow(&self.token).await
    }

    async fn say_link(&mut self, link: Link) -> Result<(), Gone> {
        self.say(Heard::Link(link)).await
    }

    async fn resync(&mut self, link: Link) -> Result<(), Gone> {
        self.say(Heard::Link(link)).await?;
        self.say(Heard::Change(Change::Resync)).await
    }

    async fn say_clock(&mut self, news: Heard) -> Result<(), Gone> {
        self.say(news).await
    }

    async fn pass_on(&mut self, _: &str, change: Change) -> Result<(), Gone> {
        self.say(Heard::Change(change)).await
    }

    async fn wait(&mut self) -> Result<(), Gone> {
        tokio::select! {
            () = self.heard.closed() => Err(Gone),
            () = sleep_until(self.renew_at) => Ok(()),
        }
    }

    async fn attend(&mut self, line: &Line) -> Result<(), sqlx::Error> {
        self.follow(line).await
    }

    async fn rest(&mut self, time: Duration) -> Result<(), Gone> {
        sleep(time).await;
        Ok(())
    }
}
